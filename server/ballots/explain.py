"""Writes out a recount for people: each test with its numbers and its article, each void with its fault.

    python3 -m server.ballots.recount --explain bundle.json

The standard library only, and the recount it explains; nothing is shared with the server's own tally.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace as Record
from typing import Any

if __package__ in (None, ""):  # run as a file: the folder that holds `server` is three above
    sys.path.append(str(Path(__file__).resolve().parents[2]))

from server.ballots.recount import BUNDLE, Log, is_met, law_of, parse, recount

LAWS = {
    "civil-code-278": "《中华人民共和国民法典》第二百七十八条",
    "property-law-76": "《中华人民共和国物权法》第七十六条，参与的下限依《物业管理条例》第十二条",
}
MATTERS = {
    "rules": "（一）制定和修改业主大会议事规则",
    "covenant": "（二）制定和修改管理规约",
    "committee": "（三）选举业主委员会或者更换成员",
    "manager": "（四）选聘和解聘物业服务企业或者其他管理人",
    "use_fund": "（五）使用维修资金",
    "raise_fund": "（六）筹集维修资金",
    "rebuild": "（七）改建、重建建筑物及其附属设施",
    "change_use": "（八）改变共有部分的用途或者利用共有部分从事经营活动",
    "other": "（九）有关共有和共同管理权利的其他重大事项",
}
CHOICES = {"for": "同意", "against": "反对", "abstain": "弃权"}
CHANNELS = {"online": "手机", "paper": "纸票", "assisted": "代录"}
VERDICTS = {
    "passed": "通过",
    "rejected": "没有通过",
    "no_quorum": "参与的人不够，没有结果",
    "not_computable": "这个范围里没有业主，算不了",
}
FAULTS = {
    "unsigned": "没有签名",
    "not_the_owner": "签名的不是业主",
    "not_genuine": "不是发出的那张票，或有涂改",
    "entry_wrong": "录入和纸票不一致，退回重录",
    "no_evidence": "没有照片或照片看不清",
    "no_authority": "代投没有书面委托，或委托超出范围",
    "pressured": "经核实不是本人意愿",
    "representative": "登记的代表人已投票，以代表人的为准",
}
WAYS = {
    "handed over": "当面交给",
    "letterbox": "投进信箱或门内",
    "electronic": "手机上读过",
    "posted": "送不到，张贴",
}
PRECEDENCE = {
    "latest": "算最后一次",
    "first": "算第一次",
    "paper": "纸票优先",
    "online": "手机优先",
}
BASES = {"roll": "全体业主", "participants": "参与的业主"}


def explain(path: str) -> tuple[int, str]:
    """The exit code of the recount, and what a court reads; where the recount refuses, its own complaint."""
    code, report, complaint = recount([path])
    if code or report is None:
        return code, complaint
    bundle = BUNDLE(parse(Path(path).read_bytes()))
    log = Log(bundle)
    for seq, event in enumerate(bundle.log, 1):
        log.append(seq, event)
    return 0, "\n".join([*_head(bundle, log, report), *_results(bundle, log, report), *_reviews(log)])


def _head(bundle: Record, log: Log, report: dict[str, Any]) -> Iterator[str]:
    ballot = bundle.ballot
    kinds = Counter(event["kind"] for event in bundle.log)
    channels = Counter(vote.channel for vote in log.votes.values())
    yield f"投票 {ballot.id}：{ballot.title}（{ballot.community}）"
    yield f"开始 {ballot.raw['opened_at']}，公布的截止 {ballot.raw['closes_at']}。"
    for event in bundle.log:
        if event["kind"] == "extension":
            yield f"延期到 {event['closes_at']}，记在第 {event['seq']} 条，原因：{event['reason']}"
    yield f"记录 {len(bundle.log)} 条，连得上，没有断。最后一条的指纹 {report['head_hash']}。"
    flats = [flat for entry in bundle.roll for flat in entry.flats]
    yield f"开始时的名册：{len(bundle.roll)} 人，{len(flats)} 套，{_metres(sum(f.area for f in flats))}。"
    for event in bundle.log:
        if event["kind"] == "roll":
            done = "改成" if event["flats"] else "移出名册"
            yield f"第 {event['seq']} 条更正名册：{event['head']} {done}，{'、'.join(event['by'])} 两人，原因：{event['reason']}"
    cast = "，".join(f"{word} {channels[one]} 张" for one, word in CHANNELS.items())
    proxies = sum("proxy" in event for event in bundle.log if event["kind"] == "vote")
    cast += f"，其中受委托 {proxies} 张" if proxies else ""
    yield f"收到的票 {len(log.votes)} 张（{cast}），复核 {kinds['review']} 次，送达 {len(log.served)} 人。"
    yield from _people(bundle.log)
    yield f"同一位业主投了几次的，{PRECEDENCE[ballot.precedence]}。{_silence(ballot)}"


def _people(events: list[dict[str, Any]]) -> Iterator[str]:
    """How notice was served, and who keyed what was not cast by phone: alike, a paper bears everyone who read it."""
    ways = Counter(event["way"] for event in events if event["kind"] == "service")
    if ways:
        yield "送达：" + "，".join(f"{WAYS.get(way, way)} {number} 人" for way, number in ways.items()) + "。"
    keyed = Counter(
        (event["channel"], "、".join(event["by"]))
        for event in events
        if event["kind"] == "vote" and event["channel"] != "online"
    )
    for (channel, by), number in sorted(keyed.items()):
        yield f"{CHANNELS[channel]}由 {by} 录入 {number} 张。"


def _silence(ballot: Record) -> str:
    if ballot.unreturned == "none":
        return "没投票的不算参与。"
    return f"送达后没投票的，按议事规则随多数，条款：{ballot.raw['clause']}"


def _results(bundle: Record, log: Log, report: dict[str, Any]) -> Iterator[str]:
    for scope in report["results"]:
        yield ""
        yield f"【{_place(scope['scope'])}】"
        for motion, counted in zip(bundle.ballot.motions, scope["motions"], strict=True):
            yield from _motion(motion, counted, log)
    if "results_at_closing" in report:
        yield ""
        yield "截止后有复核。只算截止前的复核，结论是："
        for scope in report["results_at_closing"]:
            for counted in scope["motions"]:
                yield f"  {_place(scope['scope'])} {counted['id']}：{VERDICTS[counted['verdict']]}"


def _motion(motion: Record, counted: dict[str, Any], log: Log) -> Iterator[str]:
    heads, metres = counted["heads"], counted["area"]
    name, quorum, approval = law_of(motion, log.closing)
    yield f"{motion.id} {motion.title}"
    if isinstance(motion.test, Record):
        yield f"  依据：{motion.test.basis}"
    else:
        yield f"  依据：{LAWS[name]}，事项 {MATTERS[motion.test]}"
    for side in ["roll", "participants", *motion.sides, "abstain"]:
        word = BASES.get(side) or CHOICES.get(side, f"选“{side}”")
        yield f"  {word}：{heads[side]} 人，{metres[side]} ㎡"
    areas = {side: _hundredths(metres[side]) for side in metres}
    if quorum:
        yield from _test("参与", quorum, "participants", heads, areas)
    for side in motion.candidates:
        yield from _test(CHOICES.get(side, f"选“{side}”"), approval, side, heads, areas)
    adopted = f"，定下来的是“{counted['adopted']}”" if counted.get("adopted") else ""
    yield f"  结论：{VERDICTS[counted['verdict']]}{adopted}"


def _test(word: str, test: Record, side: str, heads: dict[str, int], areas: dict[str, int]) -> Iterator[str]:
    """By cross multiplication, as it was counted: no rounding stands between the numbers and the verdict."""
    how = "要达到" if test.key == "at_least" else "要超过"
    yield f"  {word}{how}{BASES[test.of]}的 {test.top}/{test.bottom}："
    for what, unit, sums in (("人数", "人", heads), ("面积", "百分之一㎡", areas)):
        over, under = sums[side] * test.bottom, sums[test.of] * test.top
        sign = ">" if over > under else "=" if over == under else "<"
        met = "够" if is_met(test, side, sums) else "不够"
        yield (
            f"    {what} {sums[side]} × {test.bottom} = {over} {sign} "
            f"{under} = {sums[test.of]} × {test.top}（{unit}），{met}"
        )


def _reviews(log: Log) -> Iterator[str]:
    if not log.reviews:
        return
    yield ""
    yield "【复核】每一次都留着，最后一次为准"
    for review in log.reviews:
        vote = log.votes[review.of]
        said = "作废" if review.verdict == "void" else "有效"
        why = FAULTS.get(review.reason, review.reason)
        about = f"第 {review.of} 条（{vote.head}，{CHANNELS[vote.channel]}）"
        yield f"第 {review.raw['seq']} 条：{about}{said}{f'，{why}' if why else ''}。{review.by}，{review.raw['recorded_at']}"


def _place(scope: str) -> str:
    """ "building 1 entrance 2", as people say it."""
    words = scope.split(" ")
    match words:
        case ["building", building, "entrance", entrance]:
            return f"{building} 栋 {entrance} 单元"
        case ["building", building]:
            return f"{building} 栋"
    return "全小区"


def _metres(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02} ㎡"


def _hundredths(metres: str) -> int:
    """The recount writes two decimals always."""
    return int(metres.replace(".", ""))


def main(arguments: list[str]) -> int:
    code, said = explain(arguments[0]) if len(arguments) == 1 else (2, "name one file")
    (sys.stderr if code else sys.stdout).buffer.write(f"{said}\n".encode())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
