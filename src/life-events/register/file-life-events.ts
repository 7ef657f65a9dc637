/** The sample's news, `life-events.csv`: lines are added at its end. The cursor is the number of lines taken. */
import { existsSync, readFileSync } from 'node:fs';
import { readCsv } from '../../credentials/index.ts';
import { type LifeEventRegister, readEvents } from './life-event-register.ts';

const columns = ['id', 'kind', 'holder_kind', 'holder_number', 'new_name', 'new_kind', 'new_number'];
const perPage = 500;

export const openFileLifeEvents = (file: string): LifeEventRegister => ({
  adapter: 'file (sample)',
  async lifeEvents(since) {
    // A province of one's own need not have had any news yet.
    if (!existsSync(file)) return { events: [], faulty: 0 };
    const csv = readCsv(readFileSync(file));
    if (columns.some((column) => !csv.columns.includes(column))) {
      throw new Error(`${file}: the columns must be ${columns.join(', ')}`);
    }
    const from = Number(since ?? 0);
    const page = csv.lines.slice(from, from + perPage);
    const entries = page.map(({ cells = {} }) => ({
      id: cells.id,
      kind: cells.kind,
      holder: { kind: cells.holder_kind, number: cells.holder_number },
      ...(cells.new_name ? { name: cells.new_name } : {}),
      ...(cells.new_number ? { to: { kind: cells.new_kind, number: cells.new_number } } : {}),
    }));
    return { ...readEvents(entries), cursor: String(from + page.length) };
  },
});
