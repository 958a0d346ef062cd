/** Formatting numbers, the same in every locale, and names. */

/**
 * Fixed digits, but a number other than zero is never rounded to zero.
 * @param {number} x
 * @param {number} digits
 */
export function decimal(x, digits) {
  const size = Math.abs(x);
  const fixed = size.toFixed(digits);
  const text = size > 0 && Number(fixed) === 0 ? size.toPrecision(1) : fixed;
  return x < 0 ? `−${text}` : text;
}

/**
 * @param {number} x
 * @param {number} digits
 */
export function signed(x, digits) {
  return x > 0 ? `+${decimal(x, digits)}` : decimal(x, digits);
}

/**
 * With one digit, but less than all is never rounded to all.
 * @param {number} fraction
 */
export function percent(fraction) {
  if (fraction >= 0.9995 && fraction < 1) return ">99.9 %";
  return `${decimal(fraction * 100, 1)} %`;
}

/**
 * The value of a regressor: two digits after the point, or more for three that count.
 * @param {number} value
 */
export function amount(value) {
  const digits = value === 0 ? 2 : 2 - Math.floor(Math.log10(Math.abs(value)));
  return decimal(value, Math.min(Math.max(digits, 2), 6));
}

/**
 * @param {number} count
 * @param {string} noun
 */
export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * A round fraction in percent, without trailing zeros.
 * @param {number} fraction
 */
export function tidyPercent(fraction) {
  return `${Number((fraction * 100).toPrecision(3))} %`;
}

/**
 * A name that can be seen and spoken: a label may be empty.
 * @param {string} name
 */
export function visible(name) {
  return name || "(empty)";
}

/**
 * The texts of a pair or triple where there is one line: what separates them has no width.
 * @param {string} text
 */
export function inOneLine(text) {
  return text.replaceAll("\u2029", " ¶ ");
}

/**
 * A score for screen readers.
 * @param {number} score
 */
export function spoken(score) {
  if (score === 0) return "zero";
  return `${score > 0 ? "plus" : "minus"} ${decimal(Math.abs(score), 2)}`;
}
