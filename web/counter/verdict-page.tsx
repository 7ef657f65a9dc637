import { useEffect, useRef } from 'react';
import { titleOf, type Verdict, type VerdictField } from '../../src/verifier/core/index.ts';
import { Button } from '../shared/button.tsx';
import { formatClock, formatMoment, formatValue } from '../shared/format.ts';
import { currentLanguage, local } from '../shared/i18n.ts';
import { Icon } from '../shared/icon.tsx';
import { ageText } from './age.ts';
import { useText } from './use-text.ts';

interface Props {
  verdict: Verdict;
  /** Unix seconds: when the pack was made, and when this verdict was given. */
  packMadeAt: number | undefined;
  givenAt: number;
  onNext(): void;
  /** What was found online. */
  children?: React.ReactNode;
}

/** The answer, readable from a metre away: the word, the sentence, what to compare, and only then the rest. */
export const VerdictPage = ({ verdict, packMadeAt, givenAt, onNext, children }: Props) => {
  const say = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new verdict is announced from its top
  useEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus();
  }, [verdict]);
  const title = titleOf(verdict.outcome);
  const language = currentLanguage();
  // Only a valid certificate is worth comparing; otherwise what was read is there for the record.
  const compare = verdict.outcome === 'valid' ? verdict.fields.filter((field) => field.compare) : [];
  const others = verdict.fields.filter((field) => !compare.includes(field));
  const age = packMadeAt === undefined ? undefined : ageText(say, givenAt - packMadeAt);
  const foot = [
    verdict.statusAsOf !== undefined && say('verdict.asOf', { time: formatMoment(verdict.statusAsOf) }),
    packMadeAt !== undefined && (age ? say('verdict.pack', { age }) : say('verdict.pack.now')),
    verdict.madeAt !== undefined && say('verdict.made', { time: formatClock(verdict.madeAt) }),
  ].filter((part) => part !== false);
  // A copy of a slip is as good as the slip: the headline asks for the person's own document.
  const onPaper = verdict.format === 'slip' && verdict.outcome === 'valid';
  return (
    <main
      className={`verdict verdict-${verdict.outcome}${onPaper ? ' verdict-paper' : ''}`}
      data-testid="verdict"
      data-outcome={verdict.outcome}
      data-code={verdict.code}
    >
      <div className="verdict-band" role="alert">
        <Icon name={verdict.outcome} />
        <h1 ref={heading} tabIndex={-1}>
          {title[language]}
          <span className="verdict-other" lang={language === 'zh' ? 'en' : 'zh-CN'}>
            {title[language === 'zh' ? 'en' : 'zh']}
          </span>
        </h1>
        <p className="verdict-sentence">{local(verdict.sentence)}</p>
      </div>
      <div className="verdict-body">
        <p className="verdict-advice">{local(verdict.advice)}</p>
        {compare.length > 0 && (
          <section aria-labelledby="compare-title">
            <h2 id="compare-title">{say('verdict.compare')}</h2>
            <Fields fields={compare} className="verdict-compare" />
          </section>
        )}
        {children}
        {(others.length > 0 || verdict.issuer) && (
          <section aria-labelledby="fields-title">
            <h2 id="fields-title">
              {verdict.type ? local(verdict.type.name) : say('verdict.fields')}
              {verdict.view && ` · ${local(verdict.view.name)}`}
            </h2>
            <Fields fields={others} className="verdict-fields">
              {verdict.issuer && (
                <div>
                  <dt>{say('verdict.issuer')}</dt>
                  <dd>
                    {[verdict.issuer.province, verdict.issuer.name]
                      .filter((name) => name !== undefined)
                      .map((name) => local(name))
                      .join(' · ')}
                  </dd>
                </div>
              )}
            </Fields>
          </section>
        )}
        {!verdict.holderProven && verdict.outcome === 'valid' && !onPaper && (
          <p className="verdict-bare">{say('verdict.bare')}</p>
        )}
        <p className="code small soft">
          {verdict.code} · {verdict.format}
          {verdict.packNumber !== undefined && ` · pack ${verdict.packNumber}`}
        </p>
      </div>
      <div className="verdict-next">
        <p className="small soft number" data-testid="as-of">
          {foot.join(' · ')}
        </p>
        <Button look="main" wide data-testid="next" onClick={onNext}>
          {say(verdict.code === 'careful_second_code' ? 'verdict.second' : 'verdict.next')}
        </Button>
        <p className="small soft keys">{say('verdict.keys')}</p>
      </div>
    </main>
  );
};

const Fields = ({
  fields,
  className,
  children,
}: {
  fields: VerdictField[];
  className: string;
  children?: React.ReactNode;
}) => (
  <dl className={className}>
    {fields.map(({ name, label, value }) => (
      <div key={name} data-testid={`field-${name}`}>
        <dt>{local(label)}</dt>
        <dd className="number">{formatValue(value)}</dd>
      </div>
    ))}
    {children}
  </dl>
);
