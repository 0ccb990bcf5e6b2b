"""What the walk over a form knows: its languages, its lists, the questions met so far, and all that was found wrong."""

from collections.abc import Iterable, Iterator, Mapping

from server.surveys.sheet.cells import Cell, CellProblem, Line, Table
from server.surveys.sheet.choices import MEDIA, Lists
from server.surveys.sheet.columns import in_order
from server.surveys.sheet.expressions import NotTaken, Tree, parse_expression
from server.surveys.sheet.names import Keys
from server.surveys.sheet.types import LONG, refused_appearance

YES = {"yes", "true", "true()", "1", "是"}
NO = {"no", "false", "false()", "0", "否"}
#: Columns that do more than we do, by what they do.
_NOT_TAKEN = {
    "default": "预填的答案（default）",
    "trigger": "答了一题再算另一题（trigger）",
    "save_to": "写入实体（save_to）",
    "repeat_count": "重复次数（repeat_count）",
}


class Context:
    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.survey = tables["survey"]
        self.choices = tables.get("choices", Table("choices"))
        self.settings = next(iter(tables.get("settings", Table("settings")).lines), Line("settings", 2))
        spoken = [*self.survey.languages, *self.choices.languages]
        self.languages = in_order(spoken, self.settings.text("default_language"))
        self.lists = Lists(self.choices, self.languages)
        self.problems: list[CellProblem] = []
        #: The keys of the questions that were met, by the names that the form gives them.
        self.keys: dict[str, str] = {}
        #: Names that stand for today; and those whose rows were refused: whoever asks for these is not named as well.
        self.todays: set[str] = set()
        self.refused: set[str] = set()
        self._names = {line.text("name") for line in self.survey.lines}
        self.questions, self.sections = Keys("q", self._names), Keys("s", self._names)
        self._passed: dict[str, dict[str, None]] = {}

    def spoken(self, line: Line, name: str) -> str:
        """The words of a cell in the language that is read. They stand alone: no answer is written into them."""
        cell = line.spoken(name, self.languages)
        if cell is None:
            return ""
        if "${" in cell.text:
            self.problems.append(cell.problem("文字里引用了别的答案（${…}），我们没有。请改成不引用的说法"))
        return cell.text

    def flag(self, line: Line, name: str, *, usual: bool = False) -> bool:
        cell = line.cell(name)
        if cell is None:
            return usual
        if cell.text.lower() not in YES | NO:
            self.problems.append(cell.problem(f"{name} 只能写 yes 或 no，按条件变我们没有"))
        return cell.text.lower() in YES

    def check_row(self, line: Line, refused: Iterable[str]) -> None:
        """The cells that every row may have and we do not take."""
        for name in refused:
            cell = line.cell(name)
            if cell:
                self.problems.append(cell.problem(f"{_NOT_TAKEN[name]}我们没有。请清空这一格"))
        for media, what in MEDIA.items():
            cell = line.cell(media)
            if cell:
                self.problems.append(
                    cell.problem(f"题目带的{what}文件不在表里。请清空这一格，导入后在编辑页再加")
                )
        look = line.cell("appearance")
        wrong = refused_appearance(look.text) if look else ""
        if look and wrong:
            self.problems.append(look.problem(wrong))
        for word in look.text.split() if look and not wrong else ():
            if word != LONG:
                self.pass_over("样式（appearance）", word)

    # ------------------------------------------------------------------ expressions

    def tree(self, line: Line, name: str, own: Mapping[str, str] | None = None) -> Tree | None:
        """The expression of a cell. `own` is given where the question may ask for its own answer."""
        cell = line.cell(name)
        if cell is None:
            return None
        try:
            return self.resolved(parse_expression(cell.text, has_self=own is not None), cell, own or {})
        except NotTaken as wrong:
            self.refuse(cell, wrong)
            return None

    def filter(self, line: Line) -> Tree | None:
        cell = line.cell("choice_filter")
        if cell is None:
            return None
        try:
            return self.resolved(self.lists.condition(cell), cell, {})
        except NotTaken as wrong:
            self.refuse(cell, wrong)
            return None

    def refuse(self, cell: Cell, wrong: NotTaken) -> None:
        place = f"（第 {wrong.place} 个字符处）" if wrong.place > 1 else ""
        self.problems.append(cell.problem(f"表达式{place}：{wrong.message}"))

    def resolved(self, tree: Tree, cell: Cell, own: Mapping[str, str]) -> Tree:
        """The same tree with the keys of questions in the place of their names."""
        if tree[0] != "ref":
            return [self.resolved(part, cell, own) if isinstance(part, list) else part for part in tree]
        name = tree[1]
        if name in self.todays:
            return ["call", "today"]
        key = own.get(name) or self.keys.get(name)
        if key is None and name not in self.refused:
            why = "不是前面的题，只能用前面题目的答案" if name in self._names else "没有这道题"
            raise NotTaken(f"${{{name}}}：{why}", cell.text.find(name) + 1)
        return ["ref", key or name]

    # ------------------------------------------------------------------ what does no harm

    def pass_over(self, what: str, word: str) -> None:
        self._passed.setdefault(what, {})[word] = None

    def left_out(self) -> Iterator[str]:
        """Sentences about what was passed over."""
        others = [language for language in self.languages[1:] if language]
        if others:
            yield f"只读了一种语言（{self.languages[0] or '没有注明语言的列'}），没有用：{'、'.join(others)}。"
        for what, words in self._passed.items():
            yield f"{what}没有用上：{'、'.join(words)}。"
        unknown = [*self.survey.unknown, *self.choices_left()]
        if unknown:
            yield f"这些列没有用上：{'、'.join(unknown)}。"

    def choices_left(self) -> list[str]:
        return [heading for heading in self.choices.unknown if heading not in self.lists.asked]
