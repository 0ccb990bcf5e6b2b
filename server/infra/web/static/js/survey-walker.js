// Evaluates the parsed conditions of a survey where there is no signal to ask the server.
// It is server/surveys/rules/{values,patterns,functions,expressions}.py again, step for step and in the same order;
// tests/server/surveys/expression_cases.json holds both equal. Change both, and add a case.
"use strict";

const surveyWalker = (function () {
  const DAY = 86400000;
  const BLANKS = /[ \t\r\n]+/;
  const EDGES = /^[ \t\r\n]+|[ \t\r\n]+$/g;
  const NUMBER = /^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)$/;
  const ISO = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(T[^\n]*)?$/;

  // ---------------------------------------------------------------- values

  function truth(value) {
    if (typeof value === "number") return value !== 0 && !Number.isNaN(value);
    return typeof value === "boolean" ? value : value !== "";
  }

  function numberOf(value) {
    if (typeof value === "boolean") return value ? 1 : 0;
    if (typeof value === "number") return value;
    const text = value.replace(EDGES, "");
    if (NUMBER.test(text)) return Number(text);
    const found = ISO.exec(text);
    return found ? daysOf(Number(found[1]), Number(found[2]), Number(found[3])) : NaN;
  }

  function daysOf(year, month, day) {
    const moment = new Date(0);
    moment.setUTCFullYear(year, month - 1, day);
    const isReal = year > 0 && moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day;
    return isReal ? moment.getTime() / DAY : NaN;
  }

  function textOf(value) {
    if (typeof value === "string") return value;
    if (typeof value === "boolean") return value ? "true" : "false";
    if (!Number.isFinite(value) || value === 0) return value === 0 ? "0" : String(value);
    const [signs, power] = Math.abs(value).toExponential(14).split("e");
    return (value < 0 ? "-" : "") + plain(signs.replace(".", ""), Number(power));
  }

  // Fifteen digits, the first of which stands for `power` tens, without an exponent.
  function plain(digits, power) {
    if (power < 0) return `0.${"0".repeat(-power - 1)}${digits}`.replace(/0+$/, "");
    if (power >= digits.length - 1) return digits + "0".repeat(power - digits.length + 1);
    return `${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`.replace(/\.?0+$/, "");
  }

  function wordsOf(value) {
    return textOf(value).split(BLANKS).filter((word) => word !== "");
  }

  // ---------------------------------------------------------------- patterns

  const LONGEST = 500;
  const DEEPEST = 30;
  const MOST_STEPS = 2000;
  const LAST = 0x10ffff;

  function othersThan(ranges) {
    const found = [];
    let at = 0;
    for (const [low, high] of ranges.slice().sort((one, two) => one[0] - two[0])) {
      if (low > at) found.push([at, low - 1]);
      at = Math.max(at, high + 1);
    }
    if (at <= LAST) found.push([at, LAST]);
    return found;
  }

  const DIGIT = [[48, 57]];
  const WORD = [[48, 57], [65, 90], [95, 95], [97, 122]];
  const BLANK = [[9, 13], [32, 32]];
  const CLASSES = new Map([
    ["d", DIGIT], ["D", othersThan(DIGIT)], ["w", WORD], ["W", othersThan(WORD)], ["s", BLANK], ["S", othersThan(BLANK)],
  ]);
  const SIGNS = new Map([["t", 9], ["n", 10], ["v", 11], ["f", 12], ["r", 13]]);
  const ANY = othersThan([[10, 10]]);

  function NoPattern() {}

  function fits(pattern, text) {
    let machine;
    try {
      machine = machineOf(Array.from(pattern));
    } catch (error) {
      if (error instanceof NoPattern) return false;
      throw error;
    }
    const signs = Array.from(text);
    let here = reached(machine, [0], 0, signs.length);
    signs.forEach((sign, place) => {
      const code = sign.codePointAt(0);
      const after = here.filter((step) => takes(machine[step], code)).map((step) => step + 1);
      here = reached(machine, after, place + 1, signs.length);
    });
    return here.some((step) => machine[step].word === "done");
  }

  function takes(step, code) {
    return (step.ranges || []).some(([low, high]) => low <= code && code <= high);
  }

  function reached(machine, steps, place, length) {
    const found = [];
    const waiting = steps.slice();
    const seen = new Set(waiting);
    while (waiting.length) {
      const at = waiting.pop();
      const step = machine[at];
      if (step.word === "sign" || step.word === "done") {
        found.push(at);
      } else if (step.word === "go" || place === (step.word === "start" ? 0 : length)) {
        for (const aim of step.aims) {
          if (!seen.has(at + aim)) {
            seen.add(at + aim);
            waiting.push(at + aim);
          }
        }
      }
    }
    return found;
  }

  function machineOf(signs) {
    if (signs.length > LONGEST) throw new NoPattern();
    let place = 0;
    const steps = either(0);
    if (place < signs.length) throw new NoPattern();
    return steps.concat([{ word: "done" }]);

    function sign() {
      return place < signs.length ? signs[place] : "";
    }

    function take(one) {
      if (sign() !== one) return false;
      place += 1;
      return true;
    }

    function either(depth) {
      if (depth > DEEPEST) throw new NoPattern();
      const rows = [row(depth)];
      while (take("|")) rows.push(row(depth));
      let found = rows.pop();
      while (rows.length) {
        const one = rows.pop();
        found = [go(1, one.length + 2)].concat(one, [go(found.length + 1)], found);
      }
      return bounded(found);
    }

    function row(depth) {
      let found = [];
      while (!["", "|", ")"].includes(sign())) found = bounded(found.concat(repeated(depth)));
      return found;
    }

    function repeated(depth) {
      const one = piece(depth);
      const begun = place;
      const [least, most] = times();
      if (begun === place) return one;
      take("?");
      if (["*", "+", "?", "{"].includes(sign())) throw new NoPattern();
      if ((one.length + 1) * Math.max(least + 1, most || 0) > MOST_STEPS) throw new NoPattern();
      let found = [];
      for (let count = 0; count < least; count += 1) found = found.concat(one);
      if (most === null) return found.concat([go(1, one.length + 2)], one, [go(-one.length - 1)]);
      for (let count = least; count < most; count += 1) found = found.concat([go(1, one.length + 1)], one);
      return found;
    }

    function times() {
      if (take("*")) return [0, null];
      if (take("+")) return [1, null];
      if (take("?")) return [0, 1];
      if (!take("{")) return [1, 1];
      const least = whole();
      let most = least;
      if (take(",")) most = sign() === "}" ? null : whole();
      if (!take("}") || (most !== null && most < least)) throw new NoPattern();
      return [least, most];
    }

    function whole() {
      const begun = place;
      while (/^[0-9]$/.test(sign()) && place - begun < 5) place += 1;
      if (begun === place) throw new NoPattern();
      return Number(signs.slice(begun, place).join(""));
    }

    function piece(depth) {
      const one = sign();
      place += 1;
      if (one === "(") return group(depth);
      if (one === "[") return [{ word: "sign", ranges: klass() }];
      if (["*", "+", "?", "{"].includes(one)) throw new NoPattern();
      if (one === "^" || one === "$") return [{ word: one === "^" ? "start" : "end", aims: [1] }];
      if (one === ".") return [{ word: "sign", ranges: ANY }];
      return [{ word: "sign", ranges: one === "\\" ? escaped() : only(one) }];
    }

    function group(depth) {
      if (take("?") && !take(":")) throw new NoPattern();
      const found = either(depth + 1);
      if (!take(")")) throw new NoPattern();
      return found;
    }

    function escaped() {
      const one = sign();
      place += 1;
      if (CLASSES.has(one)) return CLASSES.get(one);
      if (SIGNS.has(one)) return [[SIGNS.get(one), SIGNS.get(one)]];
      if (one === "" || !/^[!-/:-@[-`{-~ ]$/.test(one)) throw new NoPattern();
      return only(one);
    }

    function klass() {
      const isOther = take("^");
      let ranges = [];
      while (!take("]")) ranges = ranges.concat(klassPart());
      if (!ranges.length) throw new NoPattern();
      return isOther ? othersThan(ranges) : ranges;
    }

    function klassPart() {
      const low = klassSign();
      const after = place + 1 < signs.length ? signs[place + 1] : "";
      if (!isOne(low) || sign() !== "-" || after === "" || after === "]") return low;
      place += 1;
      const high = klassSign();
      if (!isOne(high) || high[0][0] < low[0][0]) throw new NoPattern();
      return [[low[0][0], high[0][0]]];
    }

    function klassSign() {
      const one = sign();
      if (one === "" || one === "[" || (one === "&" && signs[place + 1] === "&")) throw new NoPattern();
      place += 1;
      return one === "\\" ? escaped() : only(one);
    }

    function bounded(found) {
      if (found.length > MOST_STEPS) throw new NoPattern();
      return found;
    }
  }

  function only(sign) {
    return [[sign.codePointAt(0), sign.codePointAt(0)]];
  }

  function isOne(ranges) {
    return ranges.length === 1 && ranges[0][0] === ranges[0][1];
  }

  function go(...aims) {
    return { word: "go", aims };
  }

  // ---------------------------------------------------------------- functions

  const MOST_DECIMALS = 15;
  const MOST_POWER = 1000;
  const MOST_DAYS = 700000;

  // Adding 0 makes 0 of -0, which the server has not.
  function floored(number) {
    return Number.isFinite(number) ? Math.floor(number) + 0 : number;
  }

  function round(value, places) {
    const number = numberOf(value);
    const decimals = places === undefined ? 0 : numberOf(places);
    if (Number.isNaN(decimals)) return NaN;
    const digits = Math.trunc(Math.min(Math.max(decimals, -MOST_DECIMALS), MOST_DECIMALS));
    const scale = Number(`1e${Math.abs(digits)}`);
    if (digits < 0) return floored(number / scale + 0.5) * scale;
    const scaled = number * scale;
    return Number.isFinite(scaled) ? floored(scaled + 0.5) / scale : number;
  }

  function power(value, times) {
    let base = numberOf(value);
    const asked = numberOf(times);
    if (!(Math.abs(asked) <= MOST_POWER) || asked !== Math.trunc(asked)) return NaN;
    let found = 1;
    for (let left = Math.abs(asked); left; left = Math.floor(left / 2)) {
      if (left % 2) found *= base;
      base *= base;
    }
    return asked >= 0 ? found : 1 / found;
  }

  function extreme(values, isBetter) {
    const numbers = values.filter((value) => value !== "").map(numberOf);
    if (!numbers.length || numbers.some(Number.isNaN)) return NaN;
    return numbers.reduce((best, number) => (isBetter(number, best) ? number : best));
  }

  function sum(values) {
    return values.filter((value) => value !== "").reduce((found, value) => found + numberOf(value), 0);
  }

  function substring(value, start, end) {
    const signs = Array.from(textOf(value));
    const first = numberOf(start);
    const last = end === undefined ? Infinity : numberOf(end);
    if (Number.isNaN(first) || Number.isNaN(last)) return "";
    return signs.slice(placeIn(first, signs.length), placeIn(last, signs.length)).join("");
  }

  function placeIn(number, length) {
    if (number < 0) return Math.max(0, length + Math.trunc(Math.max(number, -length)));
    return number > length ? length : Math.trunc(number);
  }

  function around(value, part, isAfter) {
    const text = textOf(value);
    const searched = textOf(part);
    const place = text.indexOf(searched);
    if (place < 0) return "";
    return isAfter ? text.slice(place + searched.length) : text.slice(0, place);
  }

  function dayOf(value) {
    const number = numberOf(value);
    if (!(Math.abs(number) <= MOST_DAYS)) return "";
    return new Date(Math.floor(number) * DAY).toISOString().slice(0, 10);
  }

  function formatDate(value, form) {
    const day = dayOf(value);
    if (!day) return "";
    const [year, month, ofMonth] = day.split("-");
    const signs = { Y: year, y: year.slice(2), m: month, n: String(Number(month)), d: ofMonth, e: String(Number(ofMonth)) };
    return textOf(form).replace(/%([Yymnde])/g, (_found, sign) => signs[sign]);
  }

  function selectedAt(value, place) {
    const words = wordsOf(value);
    const number = numberOf(place);
    return number >= 0 && number < words.length ? words[Math.trunc(number)] : "";
  }

  function firstOf(...values) {
    const found = values.filter((value) => value !== "");
    return found.length ? found[0] : "";
  }

  const FUNCTIONS = {
    "selected": (value, option) => wordsOf(value).includes(textOf(option).replace(EDGES, "")),
    "count-selected": (value) => wordsOf(value).length,
    "selected-at": selectedAt,
    "not": (value) => !truth(value),
    "true": () => true,
    "false": () => false,
    "boolean": truth,
    "boolean-from-string": (value) => ["1", "true"].includes(textOf(value)),
    "coalesce": firstOf,
    "once": (value) => value,
    "string": textOf,
    "concat": (...values) => values.map(textOf).join(""),
    "string-length": (value) => Array.from(textOf(value)).length,
    "contains": (value, part) => textOf(value).includes(textOf(part)),
    "starts-with": (value, part) => textOf(value).startsWith(textOf(part)),
    "ends-with": (value, part) => textOf(value).endsWith(textOf(part)),
    "normalize-space": (value) => wordsOf(value).join(" "),
    "substr": substring,
    "substring-before": (value, part) => around(value, part, false),
    "substring-after": (value, part) => around(value, part, true),
    "regex": (value, pattern) => fits(textOf(pattern), textOf(value)),
    "number": numberOf,
    "int": (value) => Math.trunc(numberOf(value)) + 0,
    "round": round,
    "floor": (value) => floored(numberOf(value)),
    "ceiling": (value) => Math.ceil(numberOf(value)) + 0,
    "abs": (value) => Math.abs(numberOf(value)),
    "pow": power,
    "min": (...values) => extreme(values, (one, best) => one < best),
    "max": (...values) => extreme(values, (one, best) => one > best),
    "sum": (...values) => sum(values),
    "date": dayOf,
    "decimal-date-time": numberOf,
    "format-date": formatDate,
  };

  // ---------------------------------------------------------------- the walk

  function equal(left, right) {
    if (typeof left === "boolean" || typeof right === "boolean") return truth(left) === truth(right);
    if (typeof left === "number" || typeof right === "number") return numberOf(left) === numberOf(right);
    return left === right;
  }

  const OPERATORS = {
    "=": equal,
    "!=": (left, right) => !equal(left, right),
    "<": (left, right) => numberOf(left) < numberOf(right),
    "<=": (left, right) => numberOf(left) <= numberOf(right),
    ">": (left, right) => numberOf(left) > numberOf(right),
    ">=": (left, right) => numberOf(left) >= numberOf(right),
    "+": (left, right) => numberOf(left) + numberOf(right),
    "-": (left, right) => numberOf(left) - numberOf(right),
    "*": (left, right) => numberOf(left) * numberOf(right),
    "div": (left, right) => numberOf(left) / numberOf(right),
    "mod": (left, right) => numberOf(left) % numberOf(right),
    "neg": (value) => -numberOf(value),
  };

  function own(table, name) {
    if (!Object.prototype.hasOwnProperty.call(table, name)) throw new Error(`an unknown word in an expression: ${name}`);
    return table[name];
  }

  // The value of `tree`: text, a number or a truth. `values` holds the text of each answered question, `selfValue` that of
  // the question itself, `today` the day as "2026-03-01".
  function evaluate(tree, values, selfValue, today) {
    function walk(branch) {
      const [word, ...parts] = branch;
      if (word === "str") return parts[0];
      if (word === "num") return Number(parts[0]);
      if (word === "ref") return Object.prototype.hasOwnProperty.call(values, parts[0]) ? values[parts[0]] : "";
      if (word === "self") return selfValue;
      if (word === "or") return truth(walk(parts[0])) || truth(walk(parts[1]));
      if (word === "and") return truth(walk(parts[0])) && truth(walk(parts[1]));
      if (word === "call") return call(parts[0], parts.slice(1));
      return own(OPERATORS, word)(...parts.map(walk));
    }

    function call(name, parts) {
      if (name === "if") return walk(truth(walk(parts[0])) ? parts[1] : parts[2]);
      if (name === "today" || name === "now") return today;
      return own(FUNCTIONS, name)(...parts.map(walk));
    }

    return walk(tree);
  }

  return { evaluate, truth, textOf };
})();

if (typeof module !== "undefined") module.exports = surveyWalker;
