/**
 * What is drawn over a picture: lines, arrows and covers in fractions of it (docs/sync.md), on a canvas above the picture, which
 * itself stays as it is. What is seen here only shows where; the server burns it in.
 */

/** @typedef {{kind: "stroke", points: any[]}|{kind: "arrow"|"cover", from: any, to: any, how?: string}} Mark */

const INK = "#dc2626";
const MOST = { marks: 200, points: 4000 };
const SMALLEST = 0.008; // of the picture's side: less is a tap and no line

/** Draws marks onto a canvas of whatever size. @param {HTMLCanvasElement} canvas @param {Mark[]} marks */
export function drawMarks(canvas, marks) {
  const scale = Math.min(devicePixelRatio || 1, 2);
  const [width, height] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
  Object.assign(canvas, { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const at = (/** @type {any} */ [x, y]) => /** @type {[number, number]} */ ([x * width, y * height]);
  const thick = Math.max(3, Math.max(width, height) / 240);
  Object.assign(context, { strokeStyle: INK, fillStyle: INK, lineWidth: thick, lineCap: "round", lineJoin: "round" });
  for (const mark of marks) if (mark.kind === "cover") cover(context, at(mark.from), at(mark.to), mark.how === "mosaic");
  for (const mark of marks) {
    if (mark.kind === "stroke") line(context, mark.points.map(at));
    if (mark.kind === "arrow") arrow(context, at(mark.from), at(mark.to), thick * 5);
  }
}

function cover(context, [x1, y1], [x2, y2], isMosaic) {
  const box = [Math.min(x1, x2), Math.min(y1, y2), Math.abs(x1 - x2), Math.abs(y1 - y2)];
  context.save();
  context.fillStyle = isMosaic ? "rgb(120 120 120 / 0.75)" : "rgb(32 32 32)";
  context.fillRect(...box);
  if (isMosaic) {
    context.fillStyle = "#fff";
    context.font = `${Math.max(12, Math.min(box[3] / 3, 28))}px sans-serif`;
    context.fillText("马赛克", box[0] + 4, box[1] + box[3] / 2, box[2]);
  }
  context.restore();
}

function line(context, points) {
  context.beginPath();
  for (const point of [...points, points[points.length - 1]]) context.lineTo(...point);
  context.stroke();
}

function arrow(context, tail, tip, barb) {
  const away = Math.atan2(tail[1] - tip[1], tail[0] - tip[0]);
  line(context, [tail, tip]);
  context.beginPath();
  context.moveTo(...tip);
  for (const turn of [-0.45, 0.45]) context.lineTo(tip[0] + barb * Math.cos(away + turn), tip[1] + barb * Math.sin(away + turn));
  context.fill();
}

/**
 * Lets a finger or a mouse draw on the canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {Mark[]} marks that are there already; the list is changed
 * @param {() => void} changed
 * @returns {{use: (tool: string) => void, undo: () => void, clear: () => void, redraw: () => void}} tools: stroke, arrow, opaque, mosaic; empty for none
 */
export function markingBoard(canvas, marks, changed) {
  let tool = "";
  /** @type {any} */
  let going = null;
  const redraw = () => drawMarks(canvas, going ? [...marks, going] : marks);
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const share = (value, size) => Math.round(Math.max(0, Math.min(1, value / size)) * 10000) / 10000;
    return [share(event.clientX - box.left, box.width), share(event.clientY - box.top, box.height)];
  };
  const change = (deed) => { deed(); redraw(); changed(); };
  canvas.addEventListener("pointerdown", (event) => {
    if (!tool || going || !event.isPrimary || marks.length >= MOST.marks) return;
    canvas.setPointerCapture(event.pointerId);
    const at = place(event);
    going = tool === "stroke" ? { kind: "stroke", points: [at] } : { kind: tool === "arrow" ? "arrow" : "cover", from: at, to: at };
    if (going.kind === "cover") going.how = tool;
    redraw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!going || !event.isPrimary) return;
    if (going.kind !== "stroke") going.to = place(event);
    else if (countPoints([...marks, going]) < MOST.points) going.points.push(place(event));
    redraw();
  });
  canvas.addEventListener("pointerup", () => {
    const done = going;
    going = null;
    if (done && isMeant(done)) change(() => marks.push(done));
    else redraw();
  });
  canvas.addEventListener("pointercancel", () => { going = null; redraw(); });
  return {
    use(wanted) { tool = wanted; Object.assign(canvas.style, { pointerEvents: tool ? "auto" : "none", touchAction: tool ? "none" : "auto", cursor: tool ? "crosshair" : "" }); },
    undo: () => change(() => marks.pop()),
    clear: () => change(() => marks.splice(0)),
    redraw,
  };
}

const countPoints = (marks) => marks.reduce((sum, mark) => sum + (mark.points?.length ?? 0), 0);

function isMeant(mark) {
  if (mark.kind === "stroke") return true;
  const sides = [0, 1].map((side) => Math.abs(mark.from[side] - mark.to[side]));
  return mark.kind === "cover" ? Math.min(...sides) > SMALLEST : Math.max(...sides) > SMALLEST;
}

/** The buttons of a board; the chosen one is pressed. @param {ReturnType<typeof markingBoard>} board @returns {HTMLButtonElement[]} */
export function markingButtons(board) {
  const tools = [["stroke", "画线"], ["arrow", "箭头"], ["opaque", "遮挡"], ["mosaic", "马赛克"]].map(([tool, words]) => button(words, (own) => {
    const isOn = own.getAttribute("aria-pressed") !== "true";
    for (const one of tools) one.setAttribute("aria-pressed", String(one === own && isOn));
    board.use(isOn ? tool : "");
  }));
  for (const one of tools) one.setAttribute("aria-pressed", "false");
  return [...tools, button("撤销", () => board.undo()), button("清空", () => board.clear())];
}

function button(words, act) {
  const own = document.createElement("button");
  Object.assign(own, { type: "button", className: "button button--small", textContent: words });
  own.addEventListener("click", () => act(own));
  return own;
}
