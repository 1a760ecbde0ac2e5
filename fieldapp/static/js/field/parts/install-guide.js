/** How to put the app on the home screen: a button where the browser offers it, the steps where it does not. */
import { need } from "../../lib/dom.js";
import { isApple, isInstalled, isWeChat } from "./platform.js";

/** @param {HTMLElement} element */
export function start(element) {
  const show = (name) => {
    for (const part of element.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== name;
  };
  if (isInstalled()) show("installed");
  else if (isWeChat()) show("wechat");
  else show(isApple() ? "apple" : "other");

  addEventListener("beforeinstallprompt", (offer) => {
    offer.preventDefault();
    show("offer");
    need(element, "button").onclick = async () => {
      await offer.prompt();
      const { outcome } = await offer.userChoice;
      if (outcome === "accepted") show("installed");
    };
  });
  addEventListener("appinstalled", () => show("installed"));
}
