/** A picture that can be looked at closely: by buttons, two fingers, a double tap, or the wheel with Ctrl. */

const MOST = 8;
const STEP = 1.5;

/**
 * Puts `picture` into a frame that scrolls, at first as large as fits, and a canvas over it.
 * @param {HTMLImageElement} picture
 * @returns {{frame: HTMLElement, canvas: HTMLCanvasElement, by: (factor: number) => void, onFit: (fitted: () => void) => void}}
 */
export function zoomView(picture) {
  const frame = document.createElement("div"), sheet = document.createElement("div"), canvas = document.createElement("canvas");
  Object.assign(frame.style, { overflow: "auto", width: "100%", height: "100%", display: "grid", touchAction: "pan-x pan-y" });
  Object.assign(sheet.style, { position: "relative", margin: "auto" });
  Object.assign(canvas.style, { position: "absolute", inset: "0", width: "100%", height: "100%", pointerEvents: "none" });
  frame.tabIndex = 0;
  picture.replaceWith(frame);
  Object.assign(picture.style, { display: "", width: "100%", height: "100%" });
  sheet.append(picture, canvas);
  frame.append(sheet);
  /** @type {(() => void)[]} */
  const fitted = [];
  let scale = 1;
  const fit = () => {
    if (!picture.naturalWidth) return;
    const ratio = picture.naturalWidth / picture.naturalHeight;
    const width = Math.min(frame.clientWidth, frame.clientHeight * ratio) * scale;
    Object.assign(sheet.style, { width: `${width}px`, height: `${width / ratio}px` });
    for (const one of fitted) one();
  };
  const by = (factor) => {
    const x = (frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth, y = (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight;
    scale = Math.max(1, Math.min(MOST, scale * factor));
    fit();
    frame.scrollTo(x * frame.scrollWidth - frame.clientWidth / 2, y * frame.scrollHeight - frame.clientHeight / 2);
  };
  picture.addEventListener("load", fit);
  new ResizeObserver(fit).observe(frame);
  sheet.addEventListener("dblclick", () => by(scale > 1 ? 1 / MOST : 2.5));
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    by(event.deltaY < 0 ? STEP : 1 / STEP);
  }, { passive: false });
  pinch(frame, by);
  fit();
  return { frame, canvas, by, onFit: (one) => { fitted.push(one); } };
}

function pinch(frame, by) {
  let apart = 0;
  const between = ({ touches: [a, b] }) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  frame.addEventListener("touchmove", (event) => {
    if (event.touches.length !== 2) return;
    event.preventDefault();
    const now = between(event);
    if (apart) by(now / apart);
    apart = now;
  }, { passive: false });
  frame.addEventListener("touchend", () => { apart = 0; });
}

/** The two buttons. @param {ReturnType<typeof zoomView>} view @returns {HTMLButtonElement[]} */
export function zoomButtons(view) {
  return /** @type {[string, number][]} */ ([["缩小", 1 / STEP], ["放大", STEP]]).map(([words, factor]) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button button--small", textContent: words });
    button.addEventListener("click", () => view.by(factor));
    return button;
  });
}
