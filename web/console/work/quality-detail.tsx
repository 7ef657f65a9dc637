import { Button } from 'antd';
import { useState } from 'react';
import { useOfficeFacts } from '../office.ts';
import type { TextKey } from '../texts.ts';
import type { IntakeFinding } from '../types.ts';
import { inWords, useText } from '../use-text.ts';
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
  const { fields } = useOfficeFacts();
  const labelOf = (field: string) => {
    const type = item.types.find((one) => fields.has(`${one}.${field}`));
    return inWords(fields.get(`${type}.${field}`), field);
  };
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const lines = grouped(item.findings).map((group) =>
      [item.register, group[0]!.code, group[0]!.field ?? '', rowsOf(group).join(' ')].join('\t'),
    );
    await navigator.clipboard.writeText(lines.join('\n'));
    setCopied(true);
  };
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
                {field && say('quality.field', { field: labelOf(field) })}
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
      <Button onClick={copy} data-testid="copy-lines">
        {say(copied ? 'quality.copied' : 'quality.copy')}
      </Button>
    </>
  );
};
