import { Input } from 'antd';
import { useId } from 'react';
import { Choice } from '../choice.tsx';
import { useText } from '../use-text.ts';

/** GB/T 36903 annex A, as the holders are keyed by; 001 is an enterprise's credit code. */
const kinds = ['111', '414', '516', '511', '553', '001'] as const;

export interface DocumentNumber {
  kind: string;
  number: string;
}

interface Props {
  value: DocumentNumber;
  onChange(value: DocumentNumber): void;
  problem?: string | undefined;
}

/** Whose document: it goes into the body of a request, never into a link, a draft or the browser's memory of forms. */
export const DocumentFields = ({ value, onChange, problem }: Props) => {
  const say = useText();
  const id = useId();
  return (
    <>
      <Choice
        label={say('holder.kind')}
        value={value.kind}
        onChange={(kind) => onChange({ ...value, kind })}
        options={kinds.map((kind) => ({ value: kind, label: say(`kind.${kind}`) }))}
      />
      <div className="field">
        <label htmlFor={id}>{say('holder.number')}</label>
        <Input
          id={id}
          value={value.number}
          onChange={({ target }) => onChange({ ...value, number: target.value.trim().toUpperCase() })}
          autoComplete="off"
          spellCheck={false}
          maxLength={40}
          status={problem ? 'error' : ''}
          data-testid="document-number"
        />
        {problem && (
          <p className="field-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </>
  );
};

export const isComplete = ({ number }: DocumentNumber): boolean => number.length >= 5;
