/** What kind of browser this is, where that changes what we must tell. Features are detected elsewhere, never from here. */

/** WeChat's own browser: no reliable offline start, its cleaner may take storage away. */
export function isWeChat() {
  return /MicroMessenger/i.test(navigator.userAgent);
}

/** iPhone or iPad; an iPad says it is a Mac with a touch screen. */
export function isApple() {
  return /iPhone|iPad|iPod/.test(navigator.userAgent)
    || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
}

/** Safari itself; other browsers of an iPhone have a switch of their own. */
export function isSafari() {
  return isApple() && !/CriOS|FxiOS|EdgiOS|MicroMessenger|UCBrowser|MQQBrowser|Quark|baidu/i.test(navigator.userAgent);
}

/** Opened from the home screen, not in a tab. */
export function isInstalled() {
  return navigator.standalone === true || matchMedia("(display-mode: standalone)").matches;
}
