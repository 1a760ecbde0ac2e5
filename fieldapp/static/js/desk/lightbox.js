/** Pictures open large over the page, with time, place and hash; arrows walk them, Escape closes. */
import { need } from "../lib/dom.js";
import { zoomButtons, zoomView } from "../lib/zooming.js";

const UNSEEN = "无法预览，原件已保存";

/**
 * @param {HTMLElement} strip a row of links to display copies
 */
export function start(strip) {
  const links = [...strip.querySelectorAll("a.thumb")];
  for (const link of links) inWordsWhenUnseen(need(link, "img"), () => { need(link, ".thumb__mark").textContent = UNSEEN; });
  links.forEach((link, place) => link.addEventListener("click", (event) => {
    event.preventDefault();
    open(links, place);
  }));
}

function open(links, first) {
  const box = document.createElement("dialog");
  box.className = "lightbox";
  const top = part("div", "lightbox__bar"), picture = part("img"), bottom = part("div", "lightbox__bar");
  const words = part("span"), hash = part("code"), original = part("a"), photo = part("a");
  const close = control("关闭"), before = control("上一张"), after = control("下一张");
  original.textContent = "下载原件";
  photo.textContent = "标注、遮挡与检查";
  box.append(top, picture, bottom);
  const view = zoomView(picture);
  const closer = part("div", "row");
  closer.append(...zoomButtons(view));
  top.append(words, closer, close);
  bottom.append(before, hash, photo, original, after);
  let place = first;
  const show = (next) => {
    place = (next + links.length) % links.length;
    const link = links[place];
    view.by(0);
    picture.src = link.href;
    picture.alt = link.dataset.words;
    words.textContent = `${place + 1}/${links.length} · ${link.dataset.words}`;
    hash.textContent = `SHA-256 ${link.dataset.hash}`;
    original.hidden = !link.dataset.original; // of a copy the original is still on the phone
    original.href = link.dataset.original ?? "";
    photo.hidden = !link.dataset.photo;
    photo.href = link.dataset.photo ?? "";
  };
  close.addEventListener("click", () => box.close());
  before.addEventListener("click", () => show(place - 1));
  after.addEventListener("click", () => show(place + 1));
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(place - 1);
    if (event.key === "ArrowRight") show(place + 1);
  });
  inWordsWhenUnseen(picture, () => { words.textContent += ` · ${UNSEEN}`; });
  box.addEventListener("close", () => { box.remove(); links[place].focus(); });
  document.body.append(box);
  show(first);
  box.showModal();
}

function inWordsWhenUnseen(picture, say) {
  picture.addEventListener("error", say);
  if (picture.complete && picture.getAttribute("src") && !picture.naturalWidth) say();
}

function part(tag, className = "") {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}

function control(words) {
  const button = part("button", "button button--small");
  button.type = "button";
  button.textContent = words;
  return button;
}
