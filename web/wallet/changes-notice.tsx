import { useEffect, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { Notice } from '../shared/notice.tsx';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import { walletCall } from './wallet-call.ts';

/** How much changed since she last looked; asked again whenever the list was. */
export const ChangesNotice = ({ asOf }: { asOf: number | undefined }) => {
  const say = useText();
  const [count, setCount] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh list is the moment to ask
  useEffect(() => {
    let current = true;
    walletCall<{ changes: unknown[]; more: number }>('/changes').then(
      ({ changes, more }) => current && setCount(changes.length + more),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [asOf]);
  if (count === 0) return null;
  return (
    <Notice kind="info" title={say('changes.new', { count })} testId="changes-notice">
      <Button data-testid="see-changes" onClick={() => goTo('changes')}>
        {say('changes.see')}
      </Button>
    </Notice>
  );
};
