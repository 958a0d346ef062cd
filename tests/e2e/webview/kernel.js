/** What VS Code's renderer gives its ipywidgets bundle: a kernel, a script loader, an element. */

import { activate } from "./ipywidgets.js";

const nothing = () => {};
const never = { connect: nothing, disconnect: nothing };
const targets = {};
const comms = {};

/** The page's end of a comm; Python has opened it. */
class Comm {
  constructor(id, target) {
    this.commId = id;
    this.targetName = target;
    this.onMsg = this.onClose = nothing;
  }

  /** The bundle sends its next message when the kernel is idle after this one. */
  send(data) {
    const future = { msg: { header: { msg_id: crypto.randomUUID() } }, onIOPub: nothing };
    window.sendMessage(this.commId, data).then(() => {
      const idle = { header: { msg_type: "status" }, content: { execution_state: "idle" } };
      future.onIOPub(idle);
    });
    return future;
  }
}

/** A message from Python; its buffers are base64. */
async function receive(message) {
  const { comm_id, target_name, data } = message.content;
  const buffers = message.buffers.map((text) => new DataView(bytes(text)));
  const whole = { ...message, buffers };
  if (message.header.msg_type === "comm_open") {
    comms[comm_id] = new Comm(comm_id, target_name);
    await targets[target_name](comms[comm_id], whole);
  } else if (message.header.msg_type === "comm_msg") {
    await comms[comm_id].onMsg(whole);
  } else if (message.header.msg_type === "comm_close") {
    comms[comm_id].onClose(whole);
  } else {
    await show(data["application/vnd.jupyter.widget-view+json"].model_id);
  }
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
}

const kernel = {
  name: "python3",
  status: "idle",
  handleComms: false, // there is nothing to restore
  statusChanged: never,
  connectionStatusChanged: never,
  iopubMessage: never,
  unhandledMessage: never,
  registerCommTarget(name, open) {
    targets[name] = open;
  },
};
const loader = {
  widgetsRegisteredInRequireJs: new Set(["anywidget"]),
  loadWidgetScript: () => Promise.resolve(),
  successHandler: nothing,
  errorHandler: (name, module, version, error) => console.error(name, module, version, error),
};

activate();
window.vscIPyWidgets8.load();
const manager = new window.vscIPyWidgets.WidgetManager(
  kernel,
  document.querySelector("#container"),
  loader,
  nothing,
);

/** Shows a model in the output of the cell. */
async function show(id) {
  const output = document.querySelector(".cell-output-ipywidget-background");
  const view = await manager.create_view(await manager.get_model(id), { el: output });
  await manager.display_view(null, view, { node: output });
}

for (;;) {
  for (const message of await window.receiveMessages()) await receive(message);
  await new Promise((resume) => setTimeout(resume, 10));
}
