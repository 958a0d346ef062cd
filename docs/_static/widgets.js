// RequireJS finds anywidget in this folder, whose file is called index.js.
window.require = {
    baseUrl: new URL(".", document.currentScript.src).href,
    paths: { anywidget: "index" },
};
