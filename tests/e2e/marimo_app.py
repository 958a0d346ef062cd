"""The marimo app that test_marimo.py opens."""

import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo

    from flair_lig_widget import DEMO_TEXT, LIGWidget, load_demo_classifier

    mo.ui.anywidget(LIGWidget(load_demo_classifier(), DEMO_TEXT))
    return


if __name__ == "__main__":
    app.run()
