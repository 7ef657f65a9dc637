import { formatMoment } from '../../shared/format.ts';
import { Choice } from '../choice.tsx';
import { type Column, Listing } from '../listing.tsx';
import { type Say, useText } from '../use-text.ts';
import type { Flag } from './counters-api.ts';

const outcomes = ['explained', 'holder_asked', 'reported', 'mistake'] as const;

const whatOf = ({ kind, details }: Flag, say: Say): string => {
  if (kind !== 'certificate_ended') return say(`flag.${kind}`);
  const when = details.copy_ended ? 'copy' : details.before_scan ? 'before' : 'after';
  return say(`flag.certificate_ended.${when}`, { identifier: details.identifier ?? '' });
};

/** What a lead has to look at, open ones only; closing one takes what came of it. */
export const FlagsSection = ({
  flags,
  nameOf,
  onClose,
}: {
  flags: readonly Flag[];
  nameOf(counter: string): string;
  onClose(flag: string, outcome: string): void;
}) => {
  const say = useText();
  const columns: Column<Flag>[] = [
    { title: say('flag.what'), cell: (flag) => <strong>{whatOf(flag, say)}</strong> },
    { title: say('flag.where'), cell: ({ counter }) => nameOf(counter) },
    {
      title: say('flag.when'),
      cell: ({ at }) => <time className="number">{formatMoment(at)}</time>,
      short: true,
    },
    {
      title: say('flag.close'),
      cell: ({ id }) => (
        <Choice
          label={say('flag.close')}
          value=""
          onChange={(outcome) => onClose(id, outcome)}
          options={outcomes.map((value) => ({ value, label: say(`flag.outcome.${value}`) }))}
          testId={`close-${id}`}
        />
      ),
    },
  ];
  const open = flags.filter(({ state }) => state === 'open');
  return (
    <section className="detail" data-testid="flags">
      <h2>{say('flag.title')}</h2>
      {open.length === 0 ? (
        <p className="soft">{say('flag.none')}</p>
      ) : (
        <Listing name={say('flag.title')} columns={columns} rows={open} keyOf={({ id }) => id} />
      )}
    </section>
  );
};
