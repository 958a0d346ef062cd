/** Unpacks numbers sent as base64 of little-endian binary. */

/** @param {string} base64 */
function bytes(base64) {
  const text = atob(base64);
  const view = new DataView(new ArrayBuffer(text.length));
  for (let i = 0; i < text.length; i++) view.setUint8(i, text.charCodeAt(i));
  return view;
}

/**
 * Signed 16-bit integers.
 * @param {string} base64
 */
export function shorts(base64) {
  const view = bytes(base64);
  return Array.from({ length: view.byteLength >> 1 }, (_, i) => view.getInt16(2 * i, true));
}

/**
 * 32-bit floats.
 * @param {string} base64
 */
export function floats(base64) {
  const view = bytes(base64);
  return Array.from({ length: view.byteLength >> 2 }, (_, i) => view.getFloat32(4 * i, true));
}
