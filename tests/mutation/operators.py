"""The ways to change one place of a query: what a slip of the hand would do to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlglot import exp

from cspaudit.model.result import Status

#: what a place of the tree becomes: the operator's name and the new expression
Variant = tuple[str, exp.Expr]
Operator = Callable[[exp.Expr], Iterator[Variant]]

_OTHER_COMPARISON: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.NullSafeEQ: exp.NullSafeNEQ,
    exp.NullSafeNEQ: exp.NullSafeEQ,
}
_OTHER_FUNCTION: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.LogicalAnd: exp.LogicalOr,
    exp.LogicalOr: exp.LogicalAnd,
    exp.Least: exp.Greatest,
    exp.Greatest: exp.Least,
    exp.Lag: exp.Lead,
    exp.Lead: exp.Lag,
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
}
_COMPARISONS = tuple(_OTHER_COMPARISON)
_WITHOUT_EFFECT_ON_TYPE = (exp.Lower, exp.Upper, exp.Trim, exp.Abs)
_OTHER_STATUS = {
    Status.PASS: Status.FAIL,
    Status.FAIL: Status.PASS,
    Status.INSUFFICIENT: Status.FAIL,
    Status.NOT_APPLICABLE: Status.PASS,
    Status.NOT_YET_DUE: Status.PASS,
    Status.OBSERVATION: Status.FAIL,
}


@dataclass(frozen=True)
class Mutation:
    """One change of one place: by which operator and from what to what."""

    operator: str
    before: str
    after: str
    _query: exp.Expr = field(repr=False)

    def sql(self) -> str:
        """Return the query's text with the change; to be asked for before the next change is made."""
        text: str = self._query.this.sql("duckdb")
        return text


def mutations(query: exp.Expr) -> Iterator[Mutation]:
    """Yield every change of ``query``, one at a time, in the order of its text; the query itself stays as it was."""
    root = exp.Paren(this=query.copy())
    for node in list(root.this.walk(bfs=False)):
        for operator in OPERATORS:
            for name, changed in operator(node):
                before = _text(node)
                node.replace(changed)
                yield Mutation(name, before, _text(changed), root)
                changed.replace(node)


def _text(node: exp.Expr) -> str:
    return " ".join(node.sql("duckdb", comments=False).split())


def _with(node: exp.Expr, **args: object) -> exp.Expr:
    """Return a copy of ``node`` with other parts."""
    changed = node.copy()
    for name, value in args.items():
        changed.set(name, value)
    return changed


def _as(node: exp.Expr, kind: type[exp.Expr]) -> exp.Expr:
    """Return a copy of ``node`` that is of another kind and has the same parts."""
    return kind(**node.copy().args)


def _without(items: list[exp.Expr], place: int) -> list[exp.Expr]:
    return [item.copy() for number, item in enumerate(items) if number != place]


def _comparison(node: exp.Expr) -> Iterator[Variant]:
    if type(node) in _OTHER_COMPARISON:
        yield "comparison", _as(node, _OTHER_COMPARISON[type(node)])
    if isinstance(node, exp.Between):
        low, high = node.args["low"], node.args["high"]
        yield (
            "between",
            exp.and_(exp.GT(this=node.this.copy(), expression=low.copy()), node.this.copy() <= high),
        )
        yield (
            "between",
            exp.and_(node.this.copy() >= low, exp.LT(this=node.this.copy(), expression=high.copy())),
        )


def _function(node: exp.Expr) -> Iterator[Variant]:
    kind = type(node)
    if kind in _OTHER_FUNCTION and not _is_in_date(node):
        yield "function", _as(node, _OTHER_FUNCTION[kind])
    if isinstance(node, exp.Sum):
        yield "function", exp.Max(this=node.this.copy())
    if isinstance(node, _WITHOUT_EFFECT_ON_TYPE):
        yield "function left out", node.this.copy()
    if isinstance(node, exp.Count) and not isinstance(node.this, (exp.Star, exp.Distinct)):
        yield "count", _with(node, this=exp.Distinct(expressions=[node.this.copy()]))
        yield "count", _with(node, this=exp.Star())
    if (
        isinstance(node, exp.Count)
        and isinstance(node.this, exp.Distinct)
        and len(node.this.expressions) == 1
    ):
        yield "count", _with(node, this=node.this.expressions[0].copy())


def _is_in_date(node: exp.Expr) -> bool:
    return isinstance(node.parent, exp.Interval)


def _number(node: exp.Expr) -> Iterator[Variant]:
    if not isinstance(node, exp.Literal) or node.is_string or isinstance(node.parent, exp.DataTypeParam):
        return
    for step in (1, -1):
        text = str(int(node.this) + step) if node.this.isdigit() else f"{node.this} + {step}"
        yield "number", exp.maybe_parse(text, dialect="duckdb")


def _word(node: exp.Expr) -> Iterator[Variant]:
    if not isinstance(node, exp.Literal) or not node.is_string:
        return
    if isinstance(node.parent, exp.Cast):
        if node.parent.to.this != exp.DType.DATE:
            return
        day = date.fromisoformat(node.this)
        for step in (1, -1):
            if day not in {date.max, date.min}:
                yield "day", exp.Literal.string(str(day + timedelta(days=step)))
    elif node.this in _OTHER_STATUS:
        yield "status", exp.Literal.string(str(_OTHER_STATUS[Status(node.this)]))
    else:
        yield "word", exp.Literal.string(f"{node.this}?")


def _truth(node: exp.Expr) -> Iterator[Variant]:
    if isinstance(node, exp.Boolean):
        yield "truth", exp.Boolean(this=not node.this)


def _logic(node: exp.Expr) -> Iterator[Variant]:
    if isinstance(node, exp.And):
        yield "and/or", _bracketed(exp.Or(this=node.this.copy(), expression=node.expression.copy()))
    if isinstance(node, exp.Or):
        yield (
            "and/or",
            _bracketed(exp.And(this=_bracketed(node.this), expression=_bracketed(node.expression))),
        )
    if isinstance(node, exp.Connector):
        yield "condition left out", node.this.copy()
        if not isinstance(node.this, type(node)):
            yield "condition left out", node.expression.copy()


def _bracketed(node: exp.Expr) -> exp.Expr:
    return node.copy() if isinstance(node, (exp.Column, exp.Paren, exp.Func)) else exp.Paren(this=node.copy())


def _negation(node: exp.Expr) -> Iterator[Variant]:
    if isinstance(node, exp.Not):
        yield "negation", node.this.copy()
    elif isinstance(node.parent, exp.Not):
        return
    elif isinstance(node, (exp.Is, exp.In, exp.Exists)):
        yield "negation", exp.Not(this=node.copy())
    elif _is_condition(node) and not isinstance(
        node, (*_COMPARISONS, exp.Connector, exp.Boolean, exp.Between)
    ):
        yield "negation", exp.Not(this=_bracketed(node))


def _is_condition(node: exp.Expr) -> bool:
    """Whether a truth value is asked for at this place."""
    parent = node.parent
    if isinstance(parent, (exp.Connector, exp.Where, exp.Having)):
        return not isinstance(node, exp.Paren)
    return (isinstance(parent, exp.If) and parent.this is node and not _is_of_simple_case(parent)) or (
        isinstance(parent, exp.Join) and parent.args.get("on") is node
    )


def _is_of_simple_case(branch: exp.Expr) -> bool:
    return isinstance(branch.parent, exp.Case) and branch.parent.this is not None


def _where(node: exp.Expr) -> Iterator[Variant]:
    if isinstance(node, (exp.Where, exp.Having)) and not isinstance(node.this, exp.Connector):
        yield "condition left out", _with(node, this=exp.true())
    if isinstance(node, exp.Filter):
        yield "filter left out", node.this.copy()


def _join(node: exp.Expr) -> Iterator[Variant]:
    if not isinstance(node, exp.Join) or not node.args.get("on"):
        return
    if node.side == "LEFT":
        yield "join", _with(node, side=None, kind="INNER")
    elif not node.side:
        yield "join", _with(node, side="LEFT", kind=None)
    if not isinstance(node.args["on"], exp.Connector):
        yield "condition left out", _with(node, on=exp.true())


def _nulls(node: exp.Expr) -> Iterator[Variant]:
    if isinstance(node, exp.Coalesce):
        values = [node.this, *node.expressions]
        for place in range(len(values)):
            left = _without(values, place)
            yield "coalesce", left[0] if len(left) == 1 else exp.Coalesce(this=left[0], expressions=left[1:])
    if isinstance(node, exp.Nullif):
        yield "nullif", node.this.copy()


def _list(node: exp.Expr) -> Iterator[Variant]:
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        for place in range(len(node.expressions)):
            yield "list", _with(node, expressions=_without(node.expressions, place))


def _case(node: exp.Expr) -> Iterator[Variant]:
    if not isinstance(node, exp.Case):
        return
    branches, default = node.args["ifs"], node.args.get("default")
    if len(branches) > 1:
        for place in range(len(branches)):
            yield "branch left out", _with(node, ifs=_without(branches, place))
    elif default is not None:
        yield "branch left out", default.copy()
    else:
        yield "branch always taken", branches[0].args["true"].copy()
    if default is not None:
        yield "else left out", _with(node, default=None)


def _distinct(node: exp.Expr) -> Iterator[Variant]:
    if isinstance(node, exp.Select) and node.args.get("distinct"):
        yield "distinct", _with(node, distinct=None)
    if isinstance(node, exp.Union):
        yield "distinct", _with(node, distinct=not node.args.get("distinct"))
        yield "part of union left out", node.left.copy()
        yield "part of union left out", _named_alike(node.right, node.left)


def _named_alike(query: exp.Expr, names_of: exp.Expr) -> exp.Expr:
    """Return a copy of ``query`` whose columns are called as those of the other part of its union."""
    changed = query.copy()
    if isinstance(changed, exp.Select) and isinstance(names_of, exp.Query):
        names = names_of.named_selects
        if len(names) == len(changed.expressions) and not changed.is_star and "*" not in names:
            changed.set(
                "expressions",
                [
                    exp.alias_(column.unalias(), name)
                    for column, name in zip(changed.expressions, names, strict=True)
                ],
            )
    return changed


def _window(node: exp.Expr) -> Iterator[Variant]:
    if isinstance(node, exp.Ordered):
        yield "order", _with(node, desc=not node.args.get("desc"))
    if isinstance(node, exp.Window):
        parts = node.args.get("partition_by") or []
        for place in range(len(parts)):
            yield "partition", _with(node, partition_by=_without(parts, place))
    if isinstance(node, exp.WindowSpec):
        if node.args.get("start") == "UNBOUNDED":
            yield "frame", _with(node, start="CURRENT ROW", start_side=None)
        if node.args.get("end") == "CURRENT ROW":
            yield "frame", _with(node, end="UNBOUNDED", end_side="following")
        elif node.args.get("end") != "UNBOUNDED":
            yield "frame", _with(node, end="CURRENT ROW", end_side=None)


OPERATORS: tuple[Operator, ...] = (
    _comparison,
    _function,
    _number,
    _word,
    _truth,
    _logic,
    _negation,
    _where,
    _join,
    _nulls,
    _list,
    _case,
    _distinct,
    _window,
)
