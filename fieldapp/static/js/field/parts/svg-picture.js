/**
 * SVG text as the address of a picture: as a picture it can run nothing.
 * @param {string} svg
 * @returns {string}
 */
export function pictureOf(svg) {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}
