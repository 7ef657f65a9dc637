import { Alert, Input, Skeleton } from 'antd';
import { useEffect, useId, useState } from 'react';
import { currentLanguage } from '../../shared/i18n.ts';
import { api } from '../api.ts';
import { useDraft } from '../drafts.ts';
import { Facts } from '../facts.tsx';
import { useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import type { Review } from '../types.ts';
import { inWords, useText } from '../use-text.ts';
import { DecideForm } from './decide-form.tsx';
import type { DetailProps } from './work-drawer.tsx';
import { titleOf, type WorkItem } from './work-items.ts';

export const ReviewDetail = ({
  item,
  onDone,
  onStale,
}: DetailProps & { item: Extract<WorkItem, { from: 'review' }> }) => {
  const say = useText();
  const facts = useOfficeFacts();
  const reasonId = useId();
  const [review, setReview] = useState<Review>();
  const [error, setError] = useState<unknown>();
  const [why, setWhy] = useDraft(`review ${item.id}`);
  useEffect(() => {
    api.review(item.id).then(setReview, setError);
  }, [item.id]);

  if (error !== undefined) return <Problem error={error} />;
  if (!review) return <Skeleton active />;
  const asked = review.review;
  const manifest = asked?.manifest ?? review.manifest;
  const what = titleOf(item, facts, say);
  const decide = async (decision: 'approve' | 'send_back') => {
    await api.decideReview(review.id, {
      review: asked?.id ?? '',
      decision,
      ...(decision === 'send_back' ? { reason: why } : {}),
    });
    setWhy('');
    onDone(say(decision === 'approve' ? 'decide.done.approved' : 'decide.done.sentBack', { what }));
  };

  return (
    <>
      <Facts
        of={[
          [say('review.owner'), inWords(review.owner_name)],
          [say('review.asks'), (asked?.scopes ?? review.scopes).join(' · ')],
          [say('review.items'), manifest.items.join(' · ')],
          [say('review.addresses'), manifest.metadata.redirect_uris.join(' ')],
          [
            say('review.contacts'),
            review.contacts
              .map(({ contact, confirmed }) =>
                confirmed ? contact : `${contact} (${say('review.unconfirmed')})`,
              )
              .join(' · '),
          ],
          [
            say('review.maintainers'),
            review.maintainers
              .map(({ name, me }) => (me ? `${name} (${say('review.me')})` : name))
              .join(' · '),
          ],
        ]}
      />
      {asked && (
        <section>
          <h3>{say('review.report')}</h3>
          <ul className="report">
            {asked.report.map((row) => (
              <li key={row.check} data-result={row.result}>
                <strong>{say(`review.${row.result}`)}</strong> {row[currentLanguage()]}
              </li>
            ))}
          </ul>
        </section>
      )}
      {review.maintainers.some(({ me }) => me) ? (
        <Alert type="info" showIcon title={say('review.own')} data-testid="own" />
      ) : (
        asked && (
          <DecideForm
            means={say(`review.means.${asked.kind}`)}
            hasReason={why.trim() !== ''}
            reasonField={(problem) => (
              <div className="field">
                <label htmlFor={reasonId}>{say('review.reason')}</label>
                <Input.TextArea
                  id={reasonId}
                  value={why}
                  onChange={({ target }) => setWhy(target.value)}
                  maxLength={500}
                  rows={4}
                  status={problem ? 'error' : ''}
                  data-testid="review-reason"
                />
                {problem && (
                  <p className="field-problem" role="alert">
                    {problem}
                  </p>
                )}
              </div>
            )}
            approve={() => decide('approve')}
            sendBack={() => decide('send_back')}
            onFailed={onStale}
          />
        )
      )}
    </>
  );
};
