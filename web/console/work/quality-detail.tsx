import type { TextKey } from '../texts.ts';
import type { IntakeFinding } from '../types.ts';
import { useText } from '../use-text.ts';
import { rowsOf, type WorkItem } from './work-items.ts';

const shownLines = 200;

const grouped = (findings: readonly IntakeFinding[]): IntakeFinding[][] => {
  const groups = new Map<string, IntakeFinding[]>();
  for (const finding of findings) {
    const key = `${finding.effect} ${finding.code} ${finding.field ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
};

/** Lines by reason and field: never a value. What is wrong is put right in the register itself. */
export const QualityDetail = ({ item }: { item: Extract<WorkItem, { from: 'register' }> }) => {
  const say = useText();
  return (
    <>
      <p>{say('quality.text')}</p>
      <ul className="quality" data-testid="quality-lines">
        {grouped(item.findings).map((group) => {
          const { code, field, effect } = group[0]!;
          const lines = rowsOf(group);
          return (
            <li key={`${effect} ${code} ${field ?? ''}`}>
              <h3>
                {say(`quality.${code}` as TextKey)}
                {field && say('quality.field', { field })}
              </h3>
              <p className="soft">{say(`quality.${effect}`)}</p>
              <p className="number">
                {say('quality.lines', { lines: lines.slice(0, shownLines).join(', ') })}
                {lines.length > shownLines && ` ${say('quality.more', { count: lines.length - shownLines })}`}
              </p>
            </li>
          );
        })}
      </ul>
    </>
  );
};
