// What tests/browser/test_seen.py asks of a page. Run in the page; puts its questions on window.
(() => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  /** [red, green, blue, opacity 0–1] of a computed colour. */
  const parts = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, opacity] = pen.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, opacity / 255];
  };
  const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  /** What lies under `element`, its own background included. */
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const layer = parts(getComputedStyle(at).backgroundColor);
      layers.unshift(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduce((under, [r, g, b, o]) => [r, g, b].map((part, at) => part * o + under[at] * (1 - o)), [255, 255, 255]);
  };
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
    && element.getClientRects().length > 0;
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className} ${(element.textContent || element.name || "").trim().slice(0, 20)}`;

  window.weakRings = (text) => {
    if (text) document.documentElement.dataset.text = text;
    for (const one of document.querySelectorAll("[hidden]")) one.hidden = false; // every state of the page
    for (const fold of document.querySelectorAll("details")) { fold.removeAttribute("name"); fold.open = true; }
    const faults = new Set();
    for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary, audio, [tabindex='0']")) {
      if (!seen(element) || element.disabled || element.type === "hidden") continue;
      element.focus({ focusVisible: true, preventScroll: true });
      if (document.activeElement !== element) continue;
      const ringed = [element, element.labels?.[0], element.closest("label")]
        .find((one) => one && getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
      if (!ringed) { faults.add(`no ring: ${name(element)}`); continue; }
      const style = getComputedStyle(ringed);
      const under = ground(parseFloat(style.outlineOffset) < 0 ? ringed : ringed.parentElement);
      const ratio = contrast(parts(style.outlineColor), under);
      if (ratio < 3) faults.add(`${ratio.toFixed(2)} ring ${style.outlineColor} on ${under.map(Math.round)}: ${name(element)}`);
    }
    return [...faults];
  };

  window.shutOnPaper = () => [...document.querySelectorAll("details:not(.menu, .no-print)")]
    .filter((fold) => !fold.querySelector("form") && !fold.closest("form") && seen(fold))
    .filter((fold) => ![...fold.children].some((child) => child.tagName !== "SUMMARY" && (seen(child) || !child.childElementCount && !child.textContent.trim())))
    .map((fold) => `shut: ${fold.querySelector("summary").textContent.trim()}`);

  window.onPaper = () => {
    const items = [...document.querySelectorAll("main article[id]")].filter(seen);
    const texts = [...document.querySelectorAll("body *")].filter((one) => seen(one)
      && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
    return {
      items: items.length,
      withoutAnswer: items.filter((one) => ![...one.querySelectorAll(".answer, .tag")].some(seen)).map((one) => one.id),
      withoutBasis: items.filter((one) => ![...one.querySelectorAll(".fold li")].some(seen)).map((one) => one.id),
      toTap: [...document.querySelectorAll("nav, button, input, textarea, select, form, audio, .button, header")].filter(seen).map(name),
      pale: texts.filter((one) => contrast(parts(getComputedStyle(one).color), [255, 255, 255]) < 7).map(name),
      pictures_mm: [...document.querySelectorAll(".thumb img")].map((one) => one.getBoundingClientRect().width / 96 * 25.4),
      no: [...document.querySelectorAll("article .answer--no")].filter(seen).map((one) => {
        const sign = getComputedStyle(one, "::before");
        return [sign.content, sign.maskImage, sign.color];
      }),
      foot: getComputedStyle(document.documentElement).getPropertyValue("--paper-foot"),
      tallWithoutBreak: [...document.querySelectorAll("main *")].filter((one) => getComputedStyle(one).breakInside === "avoid"
        && one.getBoundingClientRect().height / 96 * 25.4 > 130).map(name),
    };
  };

  window.crowded = (most) => {
    const faults = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push(`${root.scrollWidth - root.clientWidth} px too wide`);
    window.scrollTo(0, 400);
    const rects = [...document.querySelectorAll("body *")].filter((one) => seen(one) && ["fixed", "sticky"].includes(getComputedStyle(one).position))
      .map((one) => one.getBoundingClientRect()).filter((rect) => rect.bottom > 0 && rect.top < innerHeight && rect.width > innerWidth / 2);
    const covered = rects.reduce((sum, rect) => sum + Math.min(rect.bottom, innerHeight) - Math.max(rect.top, 0), 0) / innerHeight;
    if (covered > most) faults.push(`${Math.round(covered * 100)} % of the screen is covered`);
    for (const one of document.querySelectorAll("main *, .bottom-bar *")) {
      if (!seen(one) || one.closest(".visually-hidden, svg")) continue;
      for (const node of [...one.childNodes].filter((child) => child.nodeType === 3)) {
        const text = node.textContent.trim(), words = document.createRange();
        words.selectNodeContents(node);
        const lines = new Set([...words.getClientRects()].map((rect) => Math.round(rect.top))).size;
        if (lines > 2 && text.length / lines < 2.5) faults.push(`${lines} lines of single characters: ${text}`);
      }
    }
    for (const one of document.querySelectorAll(".bottom-bar :is(a, button), .fab")) {
      const rect = one.getBoundingClientRect();
      if (!seen(one)) continue;
      const corners = [[0.1, 0.5], [0.9, 0.5], [0.5, 0.15], [0.5, 0.85]].map(([x, y]) => document.elementFromPoint(rect.left + rect.width * x, rect.top + rect.height * y));
      if (!corners.every((found) => found && one.contains(found))) faults.push(`covered or cut: ${name(one)}`);
      if (Math.min(rect.width, rect.height) < 44) faults.push(`too small to tap: ${name(one)}`);
    }
    const next = document.querySelector("[data-place=next-open]");
    if (next && next.getBoundingClientRect().width < innerWidth / 2) faults.push("下一未答 is narrow");
    const camera = document.querySelector(".fab:not([hidden])")?.getBoundingClientRect();
    const bar = document.querySelector(".top-bar").getBoundingClientRect();
    if (camera && (camera.bottom > bar.bottom || camera.right > innerWidth)) faults.push("the camera lies over the page");
    return faults;
  };

  window.voices = () => [...document.querySelectorAll(".voices tbody tr")].map((row) => {
    const head = row.querySelector("th");
    const words = document.createRange();
    words.selectNodeContents(head);
    const verdict = row.querySelector(".voices__verdict");
    return [head.textContent.trim(), words.getClientRects().length, verdict.innerText.trim(), verdict.getBoundingClientRect().right];
  });
})();
