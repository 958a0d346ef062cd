"""The quickstart notebook in a real JupyterLab: what the user sees is what Python computed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from conftest import ROOT, SCREENSHOTS
from playwright.sync_api import Locator, Page, expect

from flair_lig_widget import DEMO_TEXT, Attribution, attribute

IDLE = """() =>
    window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === "idle"
"""
LONG = 90_000  # milliseconds: importing Flair and loading the encoder, on a busy machine


@pytest.fixture
def lab(page: Page, jupyter, outside) -> Iterator[Page]:
    """JupyterLab with the quickstart notebook run from top to bottom."""
    shutil.copy(ROOT / "examples" / "01_quickstart.ipynb", jupyter.folder / "quickstart.ipynb")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(f"{jupyter.url}/lab/tree/quickstart.ipynb?reset")
    page.wait_for_function(IDLE, timeout=LONG)
    run(page, "editmenu:clear-all")  # so that nothing seen below is what was saved
    expect(page.locator(".jp-OutputArea-output")).to_have_count(0)
    run(page, "notebook:run-all-cells")
    page.locator(".flair-lig-word").first.wait_for(timeout=LONG)
    yield page
    assert outside == []
    assert errors == []


def run(page: Page, command: str, **arguments) -> None:
    page.evaluate("([c, a]) => window.jupyterapp.commands.execute(c, a)", [command, arguments])


def widget(page: Page) -> Locator:
    return page.locator(".jp-OutputArea-output .flair-lig").first


def method_of(root: Locator) -> Locator:
    return root.get_by_role("combobox", name="Method")


def steps_of(root: Locator) -> Locator:
    """The steps slider, which a fixed rule has."""
    return root.get_by_role("slider", name="Steps")


def number_of_steps(root: Locator) -> Locator:
    return root.get_by_role("spinbutton")


def label_of(root: Locator, label: str) -> Locator:
    """The button that explains a label."""
    return root.locator(".flair-lig-class", has_text=label)


def settled(root: Locator) -> None:
    """Wait until the picture answers what the controls say."""
    expect(root).not_to_have_class(re.compile("flair-lig-stale"), timeout=LONG)
    expect(root.locator("progress")).to_be_hidden()


def tooltip(root: Locator, word: Locator) -> tuple[str, float, float, int]:
    """Word, score, share and rank that hovering shows."""
    word.hover()
    tip = root.get_by_role("tooltip")
    expect(tip).to_be_visible()
    name, score, share, rank, _ = tip.locator("> *").all_inner_texts()

    def number(text: str) -> float:
        return float(re.search(r"[+−]?[\d.]+(e[+-]\d+)?", text)[0].replace("−", "-"))

    return name, number(score), number(share) / 100, int(number(rank.removeprefix("rank ")))


def assert_shows(root: Locator, expected: Attribution) -> None:
    """Compare every word's colour, three words' tooltips, and the status line with Python."""
    settled(root)
    words = expected.words()
    shown = root.locator(".flair-lig-word")
    assert shown.all_inner_texts() == [word.text for word in words]
    strengths = shown.evaluate_all(
        "all => all.map(w => [w.className.includes('-against') ? -1 : 1,"
        " Number(w.style.getPropertyValue('--flair-lig-strength'))])"
    )
    most = max(abs(word.score) for word in words)
    for (sign, strength), word in zip(strengths, words, strict=True):
        assert sign * strength == pytest.approx(word.score / most, abs=1e-3), word
    for word in expected.top(3):
        name, score, share, rank = tooltip(root, shown.nth(words.index(word)))
        assert (name, rank) == (word.text, word.rank)
        assert score == pytest.approx(word.score, abs=1e-4)
        assert share == pytest.approx(word.share, abs=1e-3)
    label, probability = max(expected.prediction.items(), key=lambda item: item[1])
    expect(root).to_contain_text(f"Predicted {label} ({probability:.1%}".replace("%", " %"))
    expect(label_of(root, expected.target)).to_have_attribute("aria-pressed", "true")
    account = root.locator(".flair-lig-account")
    expect(account).to_contain_text(f"Explaining {expected.explained}")
    expect(account).to_contain_text(f"f(x) {expected.value:.3f}".replace("-", "−"))
    expect(account).to_contain_text(f"f(x′) {expected.baseline_value:.3f}".replace("-", "−"))
    status = root.get_by_role("status")
    expect(status).to_contain_text(f"{expected.n_evaluations} evaluations")


def photograph(page: Page, root: Locator) -> None:
    """JupyterLab, light and dark, narrow and wide, and the widget alone for the README."""
    SCREENSHOTS.mkdir(exist_ok=True)
    run(page, "application:toggle-left-area")  # the room is the notebook's
    for theme in ("light", "dark"):
        run(page, "apputils:change-theme", theme=f"JupyterLab {theme.title()}")
        body = page.locator("body")
        expect(body).to_have_attribute("data-jp-theme-light", str(theme == "light").lower())
        for width in (600, 1400):
            page.set_viewport_size({"width": width, "height": 900})
            root.scroll_into_view_if_needed()
            root.locator(".flair-lig-word", has_text="prices").hover()
            expect(root.get_by_role("tooltip")).to_be_visible()
            page.wait_for_timeout(500)  # the theme fades in
            page.screenshot(path=SCREENSHOTS / f"jupyterlab-{theme}-{width}.png")
        box = root.bounding_box()
        margin = 5
        page.screenshot(
            path=SCREENSHOTS / f"widget-{theme}.png",
            clip={
                "x": box["x"] - margin,
                "y": box["y"] - margin,
                "width": box["width"] + 2 * margin,
                "height": box["height"] + 2 * margin,
            },
        )
    run(page, "apputils:change-theme", theme="JupyterLab Light")


def test_the_widget_shows_what_attribute_computes_whatever_control_is_moved(lab, demo_classifier):
    root = widget(lab)
    assert root.locator(".flair-lig-text").inner_text() == DEMO_TEXT
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT))
    photograph(lab, root)

    method, steps, number = method_of(root), steps_of(root), number_of_steps(root)
    assert method.input_value() == "auto"
    expect(steps).to_be_hidden()  # auto has a tolerance in its place
    root.get_by_role("slider", name="Tolerance").press("End")
    settled(root)
    assert root.get_by_text("0.1 %", exact=True).is_visible()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, tolerance=0.001))

    method.select_option("riemann_trapezoid")
    number.fill("5")
    number.press("Enter")
    coarse = attribute(demo_classifier, DEMO_TEXT, method="riemann_trapezoid", n_steps=5)
    assert_shows(root, coarse)

    method.select_option("gausslegendre")
    gauss = attribute(demo_classifier, DEMO_TEXT, method="gausslegendre", n_steps=5)
    assert abs(gauss.scores - coarse.scores).max() > 0.01
    assert_shows(root, gauss)

    steps.press("ArrowRight")
    finer = int(number.input_value())
    assert finer > 5
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, method="gausslegendre", n_steps=finer))

    label_of(root, "sport").click()
    sport = {"method": "gausslegendre", "n_steps": finer, "target": "sport"}
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, **sport))

    # A second view of the same widget opens in the same state and follows.
    lab.locator(".jp-CodeCell", has=root).first.click(position={"x": 5, "y": 5})
    run(lab, "notebook:create-output-view")
    second = lab.locator(".jp-LinkedOutputView .flair-lig")
    second.wait_for()
    expect(label_of(second, "sport")).to_have_attribute("aria-pressed", "true")
    assert method_of(second).input_value() == "gausslegendre"
    assert number_of_steps(second).input_value() == str(finer)
    method.select_option("auto")
    for view in (root, second):
        settled(view)
        expect(method_of(view)).to_have_value("auto")
    expected = attribute(demo_classifier, DEMO_TEXT, target="sport", tolerance=0.001)
    assert_shows(second, expected)
    shown = second.get_by_role("status").inner_text()
    expect(root.get_by_role("status")).to_have_text(shown, use_inner_text=True)


def test_a_long_computation_leaves_the_kernel_free_and_gives_way_to_a_drag(lab, demo_classifier):
    root = widget(lab)
    settled(root)
    method_of(root).select_option("riemann_trapezoid")
    slider, number = steps_of(root), number_of_steps(root)
    slider.press("End")
    expect(number).to_have_value("1000")  # half a minute of work
    expect(root.locator("progress")).to_be_visible()
    answer = lab.evaluate(
        """async () => {
            const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
            const printed = [];
            const future = kernel.requestExecute({ code: "print(6 * 7)" });
            future.onIOPub = (message) => printed.push(message.content.text ?? "");
            await future.done;
            return printed.join("");
        }"""
    )
    assert answer == "42\n"
    expect(root.locator("progress")).to_be_visible()  # it still computes

    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    lab.mouse.move(box["x"] + box["width"] * 0.2, middle)
    lab.mouse.down()
    for part in range(20, 61):
        lab.mouse.move(box["x"] + box["width"] * part / 100, middle)
        lab.wait_for_timeout(20)
    lab.mouse.up()
    steps = int(number.input_value())
    assert steps > 5
    assert_shows(
        root,
        attribute(demo_classifier, DEMO_TEXT, method="riemann_trapezoid", n_steps=steps),
    )


def test_a_computation_is_cancelled_and_the_text_edited_by_hand(lab, demo_classifier):
    root = widget(lab)
    settled(root)
    method_of(root).select_option("riemann_middle")
    steps_of(root).press("End")
    root.get_by_role("button", name="Cancel").click()
    expect(root.locator("progress")).to_be_hidden()
    number_of_steps(root).fill("7")
    number_of_steps(root).press("Enter")
    seven = {"method": "riemann_middle", "n_steps": 7}
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, **seven))

    root.get_by_role("button", name="Edit text").click()
    editor = root.get_by_role("textbox")
    editor.fill("The striker scored twice.")
    editor.press("Control+Enter")
    expect(root.locator(".flair-lig-text")).to_have_text("The striker scored twice.")
    assert_shows(root, attribute(demo_classifier, "The striker scored twice.", **seven))

    root.get_by_role("combobox", name="Colour").select_option("sentence")
    expect(root.locator(".flair-lig-word")).to_have_count(1)
