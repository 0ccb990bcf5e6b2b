// One evening of one resident, against a real house: in by the slip, known as the owner, a vote, a survey, a report. What is read
// on each page goes out as the last line.
"use strict";
const { open, phone, settled, tap, text } = require("./harness");

const { slip, name, tail } = JSON.parse(process.argv[2]);
const said = {};
const last = () => new URL(phone.went[phone.went.length - 1], "https://pages");

async function next(page) {
  const address = last();
  return open(page, Object.fromEntries(address.searchParams));
}

async function evening() {
  const enter = await open("enter", { code: slip });
  said.notice = text(enter);
  await tap(enter, ".agree");
  const prove = await next("prove");
  prove.instance.writeName({ detail: { value: "别人" } });
  prove.instance.writeTail({ detail: { value: tail } });
  await tap(prove, ".send");
  said.wrong = text(prove);
  prove.instance.writeName({ detail: { value: name } });
  await tap(prove, ".send");

  const home = await open("home");
  said.home = text(home);
  await tap(home, ".task", 0);
  const vote = await next("vote");
  said.vote = text(vote);
  for (const motion of vote.querySelectorAll(".motion")) await tap(motion, ".choice", 0);
  await tap(vote, ".review");
  await tap(vote, ".send");
  said.receipt = text(await next("receipt"));
  said.code = last().searchParams.get("code");

  await tap(home, ".task", 1);
  const survey = await next("survey");
  await tap(survey, ".start");
  survey.instance.photos({ detail: { question: "pic", paths: ["a.jpg"] } });
  await settled();
  survey.instance.answer({ detail: { field: "agree", value: "disagree" } });
  await tap(survey, ".next");
  said.second = text(survey);
  await tap(survey, ".send");
  said.thanks = text(survey);

  const report = await open("report");
  await tap(report.querySelector(".categories"), ".choice", 0);
  report.instance.write({ detail: { value: "厨房漏水" } });
  report.instance.picked({ detail: { paths: ["a.jpg"] } });
  await settled();
  await tap(report, ".look");
  said.report = text(report);
  said.after = text(await open("home"));
  said.address = (await open("web", { path: "/tickets" })).instance.data.address;
}

evening().then(
  () => { process.stdout.write(`${JSON.stringify({ said })}\n`); process.exit(0); },
  (why) => { process.stdout.write(`${JSON.stringify({ fault: String(why.stack || why), said })}\n`); process.exit(1); },
);
