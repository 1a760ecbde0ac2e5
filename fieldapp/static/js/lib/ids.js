/**
 * A new UUIDv7: 36 lower-case characters that sort by the time they were minted. Source: RFC 9562 §5.7.
 * @param {number} [at] milliseconds since 1970
 * @returns {string}
 */
export function mintId(at = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let rest = at;
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const digits = hex(bytes);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

/**
 * 32 random hex digits: the salt of a commitment to a person.
 * @returns {string}
 */
export function mintSalt() {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

/**
 * Lower-case hex digits of bytes.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
