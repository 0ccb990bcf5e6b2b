// What was answered, in words, and what is still to be mended: on the phone, before the household confirms it. The server
// judges again when it is sent; here only what would be found at the door too late.
(function (Field) {
  "use strict";
  const STANCES = { agree: "同意", disagree: "不同意", neutral: "无所谓" };
  const FIRST_PHOTO = "这里要传一张照片。";

  const several = (answers, name) => (answers[name] || []).filter((one) => one !== "");
  const single = (answers, name) => { const all = several(answers, name); return all.length ? String(all[all.length - 1]).trim() : ""; };
  const title = (options, value) => { const found = (options || []).find((one) => one.value === value); return found ? found.title : value; };

  function ranked(question, answers) {
    return question.options
      .map((one) => [single(answers, `${question.key}.rank.${one.value}`), one.value])
      .filter(([place]) => place !== "")
      .sort((left, right) => Number(left[0]) - Number(right[0]));
  }

  function valueOf(question, answers, photos) {
    if (question.kind === "ranking") return ranked(question, answers).map(([, value]) => value).join(" ");
    if (question.kind === "photo") return (photos[question.key] || []).map((_, place) => String(place)).join(" ");
    if (question.kind === "many" || question.kind === "package") return several(answers, question.key).join(" ");
    if (question.kind === "items") return wanted(question, answers).join(" ");
    return single(answers, question.key);
  }

  function wanted(question, answers) {
    const ticked = [...several(answers, question.key), ...several(answers, `${question.key}.top`)];
    return question.options.map((one) => one.value).filter((value) => ticked.includes(value));
  }

  // The questions that these answers show, in their order, each with its value as expressions read it.
  function walk(definition, answers, photos, today) {
    const values = {}, shown = [];
    const holds = (tree, self) => !tree || surveyWalker.truth(surveyWalker.evaluate(tree, values, self, today));
    for (const section of definition.sections) {
      if (!holds(section.show_if, "")) continue;
      for (const question of section.questions) {
        if (!holds(question.show_if, "")) continue;
        if (question.kind === "calculate") {
          values[question.key] = surveyWalker.textOf(surveyWalker.evaluate(question.formula || ["str", ""], values, "", today));
          continue;
        }
        if (question.kind === "note") continue;
        const value = valueOf(question, answers, photos);
        if (value) values[question.key] = value;
        shown.push({ question, value, fits: !value || !question.constraint || holds(question.constraint, value) });
      }
    }
    return shown;
  }

  function words(question, answers, photos) {
    const value = valueOf(question, answers, photos), key = question.key, more = (name) => single(answers, `${key}.${name}`);
    const withMore = (said, rest) => (rest ? `${said}：${rest}` : said);
    const chosen = (one) => (question.other && one === "other" ? withMore("其他", more("other")) : title(question.options, one));
    if (!value) return "";
    switch (question.kind) {
      case "one": return chosen(value);
      case "package":
      case "many": return several(answers, key).map(chosen).join("、");
      case "stance": return withMore(STANCES[value] || value, more("reason"));
      case "ranking": return ranked(question, answers).map(([place, one]) => `${place}. ${title(question.options, one)}`).join("，");
      case "photo": return `${(photos[key] || []).length} 张照片`;
      case "contribution": return withMore(title(question.options, value), several(answers, `${key}.ways`).map((one) => title(question.ways, one)).join("、"));
      case "items": {
        const top = several(answers, `${key}.top`).map((one) => title(question.options, one)).join("、");
        const all = wanted(question, answers).map((one) => title(question.options, one)).join("、");
        return top ? `${all}；最重要的：${top}` : all;
      }
      default: return question.unit ? `${value} ${question.unit}` : value;
    }
  }

  // Sentences by field, in the words of the server.
  function wrong(one, answers) {
    const { question, value } = one, key = question.key, said = {};
    const tooMany = (most, count) => `最多选 ${most} 项，你选了 ${count} 项。去掉 ${count - most} 项再提交。`;
    if (question.required && !value) said[key] = question.kind === "photo" ? FIRST_PHOTO : "这一题要答。";
    if (question.kind === "many" && question.at_most && several(answers, key).length > question.at_most) said[key] = tooMany(question.at_most, several(answers, key).length);
    if (question.kind === "items") {
      const most = question.at_most || 3, count = several(answers, `${key}.top`).length;
      if (count > most) said[`${key}.top`] = tooMany(most, count);
    }
    if (question.other && several(answers, key).includes("other") && !single(answers, `${key}.other`)) said[`${key}.other`] = "选了“其他”，请写一下是什么。";
    if (question.kind === "stance" && !value && single(answers, `${key}.reason`)) said[key] = "写了理由，也请选一个态度。";
    if (question.kind === "contribution" && !value && several(answers, `${key}.ways`).length) said[key] = "选了怎么出，也请选一个数额。";
    if (question.kind === "ranking" && value) {
      const places = ranked(question, answers).map(([place]) => place), count = question.options.length;
      if (places.length !== count || places.some((place, at) => place !== String(at + 1))) said[key] = `请写 1 到 ${count}，每个数字用一次，1 是最想要的。`;
    }
    if ((question.kind === "number" || question.kind === "scale") && value) numberWrong(question, value, said);
    if (question.sensitive && value && !several(answers, `${key}.consent`).length) said[`${key}.consent`] = "这一题要先勾“同意”才会存。不想说就不用填，清空也行。";
    if (!Object.keys(said).length && !one.fits) said[key] = question.constraint_message || "这个答案不合要求。请看题目里的说明，改一下。";
    return said;
  }

  function numberWrong(question, value, said) {
    const number = Number(value.replace(/[，,]/g, "")), unit = question.unit || "";
    if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(value.replace(/[，,]/g, ""))) said[question.key] = "请填数字，例如 3 或 12.5。";
    else if (question.least != null && number < Number(question.least)) said[question.key] = `最小是 ${question.least}${unit}。请看看有没有填错。`;
    else if (question.most != null && number > Number(question.most)) said[question.key] = `最大是 ${question.most}${unit}。请看看有没有填错。`;
  }

  // {said: [{title, words}], errors: {field: sentence}} of a filled form.
  Field.judge = (definition, answers, photos, today) => {
    const said = [], errors = {};
    walk(definition, answers, photos, today).forEach((one, place) => {
      said.push({ title: `${place + 1}. ${one.question.title}`, words: words(one.question, answers, photos) });
      Object.assign(errors, wrong(one, answers));
    });
    return { said, errors };
  };
})((window.Field = window.Field || {}));
