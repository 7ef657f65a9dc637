import { Drawer } from 'antd';
import { useEffect, useState } from 'react';
import { useOfficeFacts } from '../office.ts';
import { useText } from '../use-text.ts';
import { DecisionDetail } from './decision-detail.tsx';
import { ObjectionDetail } from './objection-detail.tsx';
import { QualityDetail } from './quality-detail.tsx';
import { ReviewDetail } from './review-detail.tsx';
import { titleOf, type WorkItem } from './work-items.ts';

export interface DetailProps {
  /** It was decided: what to say. */
  onDone(sentence: string): void;
  /** Somebody else was quicker, or it ended: the list is read anew, what was typed stays. */
  onStale(): void;
}

export const WorkDrawer = ({
  item,
  onClose,
  ...on
}: DetailProps & { item: WorkItem | undefined; onClose(): void }) => {
  const say = useText();
  const facts = useOfficeFacts();
  // Shown until it has slid away, and when the list no longer has it: the sentence why is in it.
  const [last, setLast] = useState(item);
  useEffect(() => {
    if (item) setLast(item);
  }, [item]);
  const shown = item ?? last;
  return (
    <Drawer
      open={item !== undefined}
      onClose={onClose}
      title={<h2>{shown && titleOf(shown, facts, say)}</h2>}
      closable={{ 'aria-label': say('app.close') }}
      size={560}
      destroyOnHidden
      data-testid="work-drawer"
    >
      {shown?.from === 'decision' && <DecisionDetail key={shown.id} item={shown} {...on} />}
      {shown?.from === 'review' && <ReviewDetail key={shown.id} item={shown} {...on} />}
      {shown?.from === 'objection' && <ObjectionDetail key={shown.id} item={shown} {...on} />}
      {shown?.from === 'register' && <QualityDetail key={shown.id} item={shown} />}
    </Drawer>
  );
};
