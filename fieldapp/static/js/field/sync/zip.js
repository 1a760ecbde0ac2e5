/** A zip without compression: the pictures in it are compressed already, and any computer opens it. Source: APPNOTE 6.3 §4.3. */

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of bytes. @param {Uint8Array} bytes */
export function crc32(bytes) {
  let value = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) value = (value >>> 8) ^ TABLE[(value ^ bytes[at]) & 0xff];
  return (value ^ 0xffffffff) >>> 0;
}

/** Collects files, then gives the zip. Sizes up to 4 GB. */
export class Zip {
  constructor() {
    this.parts = [];
    this.directory = [];
    this.offset = 0;
  }

  /** @param {string} name @param {Uint8Array} bytes */
  add(name, bytes) {
    const encoded = new TextEncoder().encode(name);
    // Version 2.0, names in UTF-8, stored, no time: the same content gives the same zip.
    const common = [20, 0x0800, 0, 0, 0x21];
    const sizes = [crc32(bytes), bytes.length, bytes.length];
    const local = numbers([[4, 0x04034b50], ...common.map((value) => [2, value]), ...sizes.map((value) => [4, value]), [2, encoded.length], [2, 0]]);
    this.directory.push(numbers([[4, 0x02014b50], [2, 20], ...common.map((value) => [2, value]), ...sizes.map((value) => [4, value]),
      [2, encoded.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, this.offset]]), encoded);
    // The bytes move into a Blob at once, which browsers keep outside the page's memory.
    this.parts.push(new Blob([local, encoded, bytes]));
    this.offset += local.length + encoded.length + bytes.length;
  }

  /** @returns {Blob} */
  finish() {
    const size = this.directory.reduce((sum, part) => sum + part.length, 0);
    const count = this.directory.length / 2;
    const end = numbers([[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, this.offset], [2, 0]]);
    return new Blob([...this.parts, ...this.directory, end], { type: "application/zip" });
  }
}

function numbers(fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return bytes;
}
