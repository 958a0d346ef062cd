"""Explaining many texts into a folder, so that nothing is lost and nothing is computed twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flair.nn import Model
from tqdm.auto import tqdm

from flair_lig_widget.corpus.batches import run_batch
from flair_lig_widget.corpus.explaining import GOLD, PREDICTED, Explainer
from flair_lig_widget.corpus.folder import locked, work_folder
from flair_lig_widget.corpus.in_hand import notes
from flair_lig_widget.corpus.job import Job
from flair_lig_widget.corpus.manifest import NAME, Manifest, read_manifest
from flair_lig_widget.corpus.parts import drop_failed, merge, rows_done
from flair_lig_widget.corpus.ray import import_ray, run_with_ray
from flair_lig_widget.corpus.source import Texts, check_n_texts, source_of
from flair_lig_widget.corpus.staging import Staged, stage
from flair_lig_widget.corpus.store import Corpus, load_corpus
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.algorithms import INTEGRATED_GRADIENTS
from flair_lig_widget.result.files import FilePath
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.provenance import now, package_versions
from flair_lig_widget.result.request import Request, RequestSettings, join_labels, positive_int
from flair_lig_widget.result.units import VALUE

if TYPE_CHECKING:
    from typing_extensions import Unpack

ENGINES = ("local", "ray")

BATCH_SIZE = 64
"""Texts of a batch: what a process that dies can lose."""


def explain_corpus(
    classifier: Model | FilePath,
    texts: Texts,
    *,
    labels: Sequence[str | None] | str | None = None,
    ids: Sequence[str] | str | None = None,
    text_column: str | Sequence[str] = "text",
    task: str | None = None,
    target: str = PREDICTED,
    output_dir: FilePath,
    engine: str = "local",
    workers: int = 1,
    gpus: float = 0,
    address: str | None = None,
    batch_size: int = BATCH_SIZE,
    retry_errors: bool = False,
    **request: Unpack[RequestSettings],
) -> Corpus:
    """Explain many texts, and keep the results in a folder of Parquet files.

    Run again with the same arguments, it goes on where it stopped, with either engine. The scores
    of a text are those of `attribute` to 1e-5. A text that cannot be explained becomes a row with
    an error. So does one that kills the process: with Ray the run goes on, otherwise the next run
    does.

    Parameters
    ----------
    classifier : Model or path
        The classifier, or the file where Flair saved it. Loading a file unpickles it, which can run
        any code, so give only one that you trust. Ray's workers read the file; a classifier that is
        given itself is saved into the folder for the time of the run.
    texts : sequence of str or of tuple of str, pandas.DataFrame or path
        A path ends in ``.parquet``, ``.csv``, ``.tsv`` or ``.jsonl``.
    labels, ids : sequence or str, optional
        The gold label and the id of each text; for a frame or a file the name of the column. A
        label may be None; without ids, texts are numbered from 0. A regressor has no labels.
    text_column : str or sequence of str
        The column of the texts in a frame or a file; one for each of the texts that the model
        reads at once.
    task : str, optional
        As for `attribute`.
    target : str
        What is explained: the ``"predicted"`` label of each text (the default), its ``"gold"``
        label, or one label for all.
    output_dir : path
        The folder, which is created. With Ray on several machines, all must be able to write to it.
    engine : str
        ``"local"`` (the default), one process, or ``"ray"``.
    workers : int
        Ray's processes, each with its own copy of the classifier.
    gpus : float
        GPUs of each of them; less than one to share it.
    address : str, optional
        Of a Ray cluster that is running, such as ``"auto"``.
    batch_size : int
        Texts that are explained and written together: what is computed again at most after a
        process was killed.
    retry_errors : bool
        Whether texts that an earlier run could not explain are tried again.
    **request
        The other options of `attribute`, the same for all texts.

    Returns
    -------
    Corpus

    Raises
    ------
    ValueError
        If an argument is not possible, the model labels tokens, spans or relations and not whole
        texts, or the folder has results of other arguments or another model; the message names
        what differs.
    ImportError
        If the extra ``corpus``, or ``ray``, is not installed.
    OSError
        If a file cannot be read or written, such as on a full disk. What was written is kept.
    RuntimeError
        If weights or labels of the classifier change in the meantime, or a worker of Ray fails.
    """
    _check_engine(engine, workers, gpus, address)
    if engine == "ray":
        import_ray()
    batch_size = positive_int("batch_size", batch_size)
    read = source_of(texts, labels=labels, ids=ids, text_column=text_column)
    file = None if isinstance(classifier, Model) else Path(classifier)
    if not isinstance(classifier, Model):
        classifier = _load(Path(classifier))
    explainer = Explainer(classifier, task=task, target=target, request=_settings(request))
    wrapper = explainer.engine.wrapper
    _check_family(wrapper)
    _check_labels(wrapper, target, labels is not None, request)
    check_n_texts(texts, text_column, wrapper.n_texts)
    folder = Path(output_dir)
    with locked(folder), work_folder(folder) as work:
        done = rows_done(folder, retry_errors=retry_errors)
        job = Job(
            folder=folder.resolve(),
            work=work.resolve(),
            model=(file or work / "model.pt").resolve(),
            task=task if file else None,  # only the model of the task is saved for the workers
            target=target,
            request=explainer.request,
        )
        staged = stage(read, job.pending, done=done, batch_size=batch_size, n_texts=wrapper.n_texts)
        _check_manifest(folder, _manifest(explainer, target, staged))
        if retry_errors:
            drop_failed(folder)
        if file is None and (engine == "ray" or notes(work)):
            _save(wrapper.classifier, job.model)
        n_batches = -(-staged.n_pending // batch_size)
        steps: Iterator[int]
        if engine == "ray" and n_batches > 0:
            steps = run_with_ray(job, n_batches, workers=workers, gpus=gpus, address=address)
        else:
            steps = (run_batch(job, explainer, number) for number in range(n_batches))
        _follow(steps, staged)
        merge(folder)
    return load_corpus(folder)


def _follow(steps: Iterator[int], staged: Staged) -> None:
    """Run to the end, with a bar of progress that has the rate and the time left."""
    n_done = staged.n_texts - staged.n_pending
    with tqdm(total=staged.n_texts, initial=n_done, unit="text", desc="Explaining") as bar:
        for n_texts in steps:
            bar.update(n_texts)


def _check_engine(engine: str, workers: int, gpus: float, address: str | None) -> None:
    if engine not in ENGINES:
        raise ValueError(f"unknown engine {shown(engine)}; engines are {', '.join(ENGINES)}")
    workers = positive_int("workers", workers)
    if not (isinstance(gpus, (int, float)) and 0 <= gpus < float("inf")):
        raise ValueError(f"gpus={shown(gpus)} is not possible; give a number of at least 0")
    if engine == "local" and (workers, gpus, address) != (1, 0, None):
        raise ValueError(
            "engine='local' is one process that uses the device of the classifier; workers, gpus "
            "and address are for engine='ray'"
        )


def _settings(request: RequestSettings) -> dict[str, Any]:
    """All options of a request with their defaults, without the text and the target."""
    fields = Request(text="text", **request).to_dict()
    return {name: fields[name] for name in RequestSettings.__annotations__}


def _check_family(wrapper: ModelWrapper) -> None:
    if wrapper.family.has_data_points:
        name = type(wrapper.classifier).__name__
        raise ValueError(
            f"explain_corpus explains whole texts; a {name} has a label for each token, span or "
            "relation of a text; use attribute"
        )


def _check_labels(
    wrapper: ModelWrapper, target: str, has_gold: bool, request: RequestSettings
) -> None:
    """Raise now what would otherwise be the error of every text."""
    if VALUE in wrapper.family.outputs and (has_gold or target == GOLD):
        raise ValueError(
            "the model predicts a value, which is compared with no gold label; leave out labels "
            "and target='gold', and join the true values to corpus.to_pandas() by id"
        )
    if target not in (PREDICTED, GOLD, *wrapper.labels):
        raise ValueError(
            f"unknown target {shown(target)}; it is 'predicted', 'gold' or one of the labels, "
            f"which are {join_labels(wrapper.labels)}"
        )
    contrast = request.get("contrast")
    if contrast is not None and VALUE in wrapper.family.outputs:
        raise ValueError(f"contrast={shown(contrast)}: the model predicts one value; leave it out")
    if contrast is not None and contrast not in wrapper.labels:
        raise ValueError(
            f"unknown contrast {shown(contrast)}; labels are {join_labels(wrapper.labels)}"
        )
    wrapper.baseline(request.get("baseline"))


def _load(file: Path) -> Model:
    if not file.is_file():
        raise ValueError(f"no file {file}; give the path of a classifier saved by Flair")
    try:
        return Model.load(file)
    except Exception as error:  # unpickling can fail in any way
        raise ValueError(f"{file} is not a classifier saved by Flair: {error}") from error


def _save(classifier: Model, file: Path) -> None:
    """Save a classifier for other processes."""
    try:
        classifier.save(file)
    except OSError:
        raise
    except Exception as error:  # Flair saves some embeddings by code of their own
        raise ValueError(
            f"the classifier cannot be saved for another process ({error}); give the path of a "
            "file where it is saved"
        ) from error


def _manifest(explainer: Explainer, target: str, staged: Staged) -> Manifest:
    wrapper = explainer.engine.wrapper
    captum = () if explainer.request["algorithm"] == INTEGRATED_GRADIENTS else ("captum",)
    return Manifest(
        model=wrapper.name,
        weights_digest=wrapper.digest(),
        labels=tuple(wrapper.labels),
        multi_label=wrapper.multi_label,
        target=target,
        request=explainer.request,
        n_texts=staged.n_texts,
        texts_digest=staged.digest,
        versions=package_versions(*captum),
        created_at=now(),
    )


def _check_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a new folder; that of an earlier run must agree."""
    if not (folder / NAME).is_file():
        manifest.write(folder)
        return
    differences = read_manifest(folder).differences(manifest)
    if differences:
        raise ValueError(
            f"{folder} has results of another run: {'; '.join(differences)}. Give another "
            "folder, or the arguments of that run"
        )
