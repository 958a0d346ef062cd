"""Files are replaced in one step: whatever goes wrong, the old file is still there."""

from __future__ import annotations

import inspect
import os
import stat
import threading

import pytest
from support.attributions import make
from support.processes import run_python

from flair_lig_widget import Attribution
from flair_lig_widget.result.files import write_bytes, write_text

WRITERS = [
    name
    for name, method in inspect.getmembers(Attribution, inspect.isfunction)
    if "path" in inspect.signature(method).parameters
]
"""Every method that writes a file."""

FULL_DISK = """
import errno, os, resource, signal, sys
from pathlib import Path
from support.attributions import make
from flair_lig_widget.frontend import page

folder, names = Path(sys.argv[1]), sys.argv[2:]
writers = {name: getattr(make(), name) for name in names}
writers["page"] = lambda path: page.to_html([make(), make()], path)
for name, write in writers.items():  # what is imported or cached is on the disk before it is full
    write(folder / name)
    (folder / name).write_bytes(b"good")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then writing more raises EFBIG
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
for name, write in writers.items():
    for path in (folder / name, folder / f"new {name}"):
        try:
            write(path)
        except OSError as error:
            assert error.errno == errno.EFBIG, (name, error)
            assert error.filename == str(path), (name, error.filename)
        else:
            raise AssertionError(f"{name} wrote more than fits")
    assert (folder / name).read_bytes() == b"good", name
assert {path.name for path in folder.iterdir()} == set(writers)
print(len(writers))
"""


def test_on_a_full_disk_every_exporter_keeps_the_old_file_and_leaves_no_other(tmp_path):
    assert {"to_json", "to_csv", "to_latex", "to_svg", "to_png", "to_html"} <= set(WRITERS)
    assert run_python(FULL_DISK, str(tmp_path), *WRITERS) == f"{len(WRITERS) + 1}\n"


def test_every_exporter_writes_what_it_returns(tmp_path):
    for name in WRITERS:
        path = tmp_path / name
        found = getattr(make(), name)(path)
        if found is not None:
            assert path.read_bytes() == found.encode()
        assert path.stat().st_size > 100
    assert {path.name for path in tmp_path.iterdir()} == set(WRITERS)


def test_line_breaks_are_written_as_they_are(tmp_path):
    write_text(tmp_path / "a", "x\r\ny\nz\r🎉")
    assert (tmp_path / "a").read_bytes() == "x\r\ny\nz\r🎉".encode()


def test_text_that_cannot_be_encoded_leaves_the_old_file(tmp_path):
    path = tmp_path / "a"
    path.write_text("good")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")
    assert path.read_text() == "good"


def test_a_replaced_file_keeps_its_permissions_and_a_new_one_gets_the_usual_ones(tmp_path):
    usual, new, old = (tmp_path / name for name in ("usual", "new", "old"))
    usual.touch()
    write_bytes(new, b"new")
    assert new.stat().st_mode == usual.stat().st_mode
    for mode in (0o640, 0o600, 0o755):
        old.touch()
        old.chmod(mode)
        write_bytes(old, b"new")
        assert stat.S_IMODE(old.stat().st_mode) == mode
        assert old.read_bytes() == b"new"


def test_a_link_is_followed(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    target, link = folder / "target", tmp_path / "link"
    link.symlink_to("folder/target")
    for content in (b"a new file", b"a replaced one"):
        write_bytes(link, content)
        assert link.is_symlink()
        assert target.read_bytes() == content
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "link"}


def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    thread = threading.Thread(target=make().to_json, args=(pipe,))
    thread.start()
    assert Attribution.from_json(pipe.read_text()) == make()
    thread.join()
    assert pipe.is_fifo()


def test_standard_output_is_written_to():
    code = "from support.attributions import make; make().to_json('/dev/stdout')"
    assert Attribution.from_json(run_python(code)) == make()


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupt_leaves_no_other_file(step, tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_text("good")

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_text(path, "new")
    assert path.read_text() == "good"
    assert list(tmp_path.iterdir()) == [path]


def test_errors_name_the_path(tmp_path, monkeypatch):
    missing = tmp_path / "missing" / "a.json"
    with pytest.raises(FileNotFoundError, match=r"No such file or directory: '.*missing/a\.json'"):
        make().to_json(missing)
    with pytest.raises(IsADirectoryError, match=str(tmp_path)):
        make().to_json(tmp_path)
    path = tmp_path / "read-only"
    path.write_text("good")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # the superuser may write anything
    with pytest.raises(PermissionError, match=r"the file is read-only: '.*read-only'"):
        make().to_json(path)
    assert path.read_text() == "good"
