// The browser's own evaluator of conditions, from server/infra/web/static/js; brought in beside this by tools/miniprogram.py.
type Value = string | number | boolean;
declare const walker: {
  evaluate(tree: unknown[], values: Record<string, string>, selfValue: string, today: string): Value;
  truth(value: Value): boolean;
  textOf(value: Value): string;
};
export = walker;
