// What tests/browser/test_seen.py asks of a page. Run in the page; puts its questions on window.
(() => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  /** [red, green, blue, opacity 0–1] of a computed colour; a page has few of them. */
  const parts = (colour) => {
    if (!known.has(colour)) known.set(colour, painted(colour));
    return known.get(colour);
  };
  const painted = (colour) => {
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

  /** What a thumb reaches of a control: itself with its label, or what it stretches over. */
  const reach = (element) => {
    const rects = [element, ...(element.labels ?? [])].map((one) => one.getBoundingClientRect());
    const over = getComputedStyle(element, "::before");
    const [width, height] = over.position === "absolute" ? [parseFloat(over.width), parseFloat(over.height)] : [0, 0];
    const [left, right] = [Math.min(...rects.map((rect) => rect.left)), Math.max(...rects.map((rect) => rect.right))];
    return { width: Math.max(width, right - left), height: Math.max(height, ...rects.map((rect) => rect.height)) };
  };

  /** Controls that something covers, that are cut, or that are less than 44 px high (an answer: 48) or wide. */
  window.hardToHit = () => {
    const faults = [];
    const where = document.querySelector("dialog[open]") ? "dialog[open]" : ":is(main, .bottom-bar, .sync-line, .top-bar)";
    for (const one of document.querySelectorAll(`${where} :is(a[href], button, summary, input, select, textarea)`)) {
      if (!seen(one) || one.disabled) continue;
      one.scrollIntoView({ block: "center", behavior: "instant" });
      const rect = one.getBoundingClientRect();
      const points = [[0.1, 0.5], [0.9, 0.5], [0.5, 0.15], [0.5, 0.85]].map(([x, y]) => document.elementFromPoint(rect.left + rect.width * x, rect.top + rect.height * y));
      if (rect.height < innerHeight / 2 && !points.every((found) => found && (one.contains(found) || one.closest("label")?.contains(found)))) faults.push(`covered or cut: ${name(one)}`);
      const { width, height } = reach(one);
      if (width < 44 || height < (one.matches(".answer") ? 47.9 : 43.9)) faults.push(`${Math.round(width)} × ${Math.round(height)} px to tap: ${name(one)}`);
    }
    return faults;
  };

  /** The least sum, over the whole page scrolled through, of how much of each item is on the screen between the bars. */
  window.itemsInView = () => {
    const cards = [...document.querySelectorAll(".item-card")].filter(seen);
    const bottom = document.querySelector("body > .bottom-bar").getBoundingClientRect().top;
    const counts = [];
    const [from, to] = [cards[0].getBoundingClientRect().top + scrollY - innerHeight / 2, cards.at(-1).getBoundingClientRect().bottom + scrollY - innerHeight];
    for (let y = from; y <= Math.max(from, to); y += 40) {
      scrollTo(0, y);
      const top = Math.max(0, ...[...document.querySelectorAll(".top-bar, .sync-line, .saving-banner")].filter(seen).map((one) => one.getBoundingClientRect().bottom));
      if (cards[0].getBoundingClientRect().top > top + 60) continue; // still the head of the page
      counts.push(cards.reduce((sum, card) => {
        const rect = card.getBoundingClientRect();
        return sum + Math.max(0, Math.min(rect.bottom, bottom) - Math.max(rect.top, top)) / rect.height;
      }, 0));
    }
    return Math.min(...counts);
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
    faults.push(...window.hardToHit());
    const next = document.querySelector("[data-place=next-open]");
    if (next && next.getBoundingClientRect().width < innerWidth / 2) faults.push("下一未答 is narrow");
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
