/** Reads all that waits for her roles, and keeps it fresh while the page is looked at. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ProblemError } from '../../shared/request.ts';
import { serverSeconds } from '../../shared/server-time.ts';
import { api } from '../api.ts';
import { useOfficeFacts } from '../office.ts';
import { useRefresh } from '../use-refresh.ts';
import {
  fromDecision,
  fromIntake,
  fromObjection,
  fromReview,
  type Kind,
  type WorkItem,
} from './work-items.ts';

export interface Work {
  items: WorkItem[] | undefined;
  asOf: number;
  /** Sources that did not answer, by kind. */
  problems: { kind: Kind; error: unknown }[];
  refresh(): void;
}

const readQuality = async (): Promise<WorkItem[]> => {
  const { registers } = await api.registers();
  const reports = await Promise.all(
    registers.map(async ({ id, types }) => fromIntake(await api.intake(id), types)),
  );
  return reports.flat();
};

export const useWork = (): Work => {
  const { office, recheck } = useOfficeFacts();
  const [work, setWork] = useState<Omit<Work, 'refresh'>>({ items: undefined, asOf: 0, problems: [] });
  const quality = useRef<Promise<WorkItem[]>>(undefined);
  const latest = useRef(0);
  const { roles } = office;

  const read = useCallback(
    async (whole: boolean) => {
      const turn = ++latest.current;
      const sources: { kind: Kind; read: () => Promise<WorkItem[]> }[] = [];
      if (roles.includes('issuer_clerk') || roles.includes('approver'))
        sources.push({
          kind: 'change',
          read: async () => (await api.decisions()).decisions.map(fromDecision),
        });
      if (roles.includes('issuer_clerk') || roles.includes('app_reviewer'))
        sources.push({
          kind: 'objection',
          read: async () => (await api.objections()).objections.map(fromObjection),
        });
      if (roles.includes('app_reviewer'))
        sources.push({ kind: 'review', read: async () => (await api.reviews()).waiting.map(fromReview) });
      if (roles.includes('register_steward')) {
        // Each reading stands in the audit and walks the whole register: only when the page opens or she asks.
        if (whole) quality.current = undefined;
        quality.current ??= readQuality();
        const kept = quality.current;
        sources.push({ kind: 'quality', read: () => kept });
      }
      const answers = await Promise.allSettled(sources.map((source) => source.read()));
      if (turn !== latest.current) return;
      const problems = answers.flatMap((answer, at) =>
        answer.status === 'rejected' ? [{ kind: sources[at]!.kind, error: answer.reason }] : [],
      );
      // A post that ended closes the whole console, not one list.
      if (problems.some(({ error }) => error instanceof ProblemError && error.status === 403)) recheck();
      const items = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      setWork({ items, asOf: serverSeconds(), problems });
    },
    [roles, recheck],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: read anew for another office only
  useEffect(() => {
    void read(true);
    return () => {
      latest.current += 1;
    };
  }, [office.ref]);
  useRefresh(() => void read(false));

  return { ...work, refresh: () => void read(true) };
};
