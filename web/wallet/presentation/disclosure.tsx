/** Field by field what the other side will read, of which certificate. */
import { formatValue } from '../../shared/format.ts';
import { local } from '../../shared/i18n.ts';
import type { Candidate, Part } from './prepare-consent.ts';
import { usePresentText } from './present-texts.ts';

interface Props {
  parts: Part[];
  /** One of each part. */
  chosen: Candidate[];
  onChoose(chosen: Candidate[]): void;
}

export const Disclosure = ({ parts, chosen, onChoose }: Props) => {
  const say = usePresentText();
  return (
    <section className="present-sees" data-testid="present-sees">
      <h2>{say('sees')}</h2>
      {parts.map(({ query, candidates }, at) => {
        const { entry, claims } = chosen[at]!;
        return (
          <div key={query.id} className="panel">
            <h3>{local(entry.typeName)}</h3>
            {candidates.length > 1 && (
              <label className="present-pick">
                {say('which')}
                <select
                  value={entry.certificate.id}
                  onChange={({ target }) => {
                    const other = candidates.find((one) => one.entry.certificate.id === target.value);
                    if (other) onChoose(chosen.with(at, other));
                  }}
                >
                  {candidates.map((one) => (
                    <option key={one.entry.certificate.id} value={one.entry.certificate.id}>
                      {one.entry.card.fields.map(({ masked }) => masked).join(' · ')}
                    </option>
                  ))}
                </select>
              </label>
            )}
            {claims.length === 0 && <p>{say('nothing')}</p>}
            <dl className="present-fields">
              {claims.map(({ name, label, masked }) => (
                <div key={name} data-testid={`present-field-${name}`}>
                  <dt>{local(label)}</dt>
                  <dd>
                    {masked === undefined
                      ? say(/photo|portrait/.test(name) ? 'photo' : 'same')
                      : formatValue(masked)}
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        );
      })}
      <p className="soft small">{say('full')}</p>
    </section>
  );
};
