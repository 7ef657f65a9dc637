import { type ReactNode, useId, useState } from 'react';
import { local } from '../../shared/i18n.ts';
import type { DeskItem } from './desk-api.ts';
import { useOfficerText } from './use-officer-text.ts';

export type CaseCertificate = DeskItem['certificates'][number];

interface Props {
  items: readonly DeskItem[];
  /** The item the counter works for now. */
  chosen: DeskItem | undefined;
  /** What depends on the certificate. */
  children?(certificate: CaseCertificate): ReactNode;
}

/** As the server writes them (portal's cases). */
export const casePattern = 'case_[A-Za-z0-9_\\-]{10,40}';

/** Which open case, and which certificate of its item: named `item`, `case` and `type` in the form around. */
export const CaseFields = ({ items, chosen, children }: Props) => {
  const say = useOfficerText();
  const id = useId();
  const [code, setCode] = useState(chosen?.code ?? (items.length === 1 ? items[0]!.code : ''));
  const [type, setType] = useState('');
  const certificates = items.find((item) => item.code === code)?.certificates ?? [];
  const certificate =
    certificates.find((each) => each.type === type) ??
    (certificates.length === 1 ? certificates[0] : undefined);
  return (
    <>
      <label htmlFor={`${id}-item`}>{say('officer.item')}</label>
      <select
        id={`${id}-item`}
        name="item"
        data-testid="officer-item"
        required
        value={code}
        onChange={({ target }) => setCode(target.value)}
      >
        <option value="">{say('officer.choose')}</option>
        {items.map((item) => (
          <option key={item.code} value={item.code}>
            {local(item.name)}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}-case`}>{say('officer.case')}</label>
      <input
        id={`${id}-case`}
        name="case"
        data-testid="officer-case"
        className="desk-number"
        lang="en"
        required
        pattern={`\\s*${casePattern}\\s*`}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={60}
        aria-describedby={`${id}-hint`}
      />
      <p id={`${id}-hint`} className="small soft">
        {say('officer.case.hint')}
      </p>
      <label htmlFor={`${id}-type`}>{say('officer.type')}</label>
      <select
        id={`${id}-type`}
        name="type"
        data-testid="officer-type"
        required
        value={certificate?.type ?? ''}
        onChange={({ target }) => setType(target.value)}
      >
        <option value="">{say('officer.choose')}</option>
        {certificates.map((each) => (
          <option key={each.type} value={each.type}>
            {local(each.name)}
          </option>
        ))}
      </select>
      {certificate && children?.(certificate)}
    </>
  );
};
