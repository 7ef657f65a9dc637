import { formatValue } from '../../shared/format.ts';
import { local } from '../../shared/i18n.ts';
import { useText } from '../use-text.ts';
import type { ShownField, ShownPhoto } from './desk-api.ts';

const words = { true: { zh: '是', en: 'Yes' }, false: { zh: '否', en: 'No' } };

const written = (value: ShownField['value']): string =>
  typeof value === 'boolean' ? local(words[`${value}`]) : formatValue(String(value));

/** The photo, then the fields: what the item may see, and what is shown is all there is. */
export const Values = ({
  fields,
  photo,
  prefix,
}: {
  fields: readonly ShownField[];
  photo: Pick<ShownPhoto, 'jpeg'> | undefined;
  /** Before each field's name, for the tests. */
  prefix: string;
}) => {
  const say = useText();
  return (
    <div className="look-values">
      {photo && (
        <img
          className="look-photo"
          data-testid={`${prefix}-photo`}
          src={`data:image/jpeg;base64,${photo.jpeg}`}
          alt={say('look.photo')}
        />
      )}
      {fields.length > 0 && (
        <dl className="verdict-fields">
          {fields.map(({ name, label, value }) => (
            <div key={name} data-testid={`${prefix}-${name}`}>
              <dt>{local(label)}</dt>
              <dd className="number">{written(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
};
