import { useEffect, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { Notice } from '../shared/notice.tsx';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import { walletCall } from './wallet-call.ts';

/** How much changed that she has not seen; asked again whenever the list was. */
export const useChangeCount = (ask: boolean, asOf: number | undefined): number => {
  const [count, setCount] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh list is the moment to ask
  useEffect(() => {
    if (!ask) return;
    let current = true;
    walletCall<{ changes: unknown[]; more: number }>('/changes').then(
      ({ changes, more }) => current && setCount(changes.length + more),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [ask, asOf]);
  return ask ? count : 0;
};

export const ChangesNotice = ({ count }: { count: number }) => {
  const say = useText();
  return (
    <Notice kind="info" title={say('changes.new', { count })} testId="changes-notice">
      <Button data-testid="see-changes" onClick={() => goTo('changes')}>
        {say('changes.see')}
      </Button>
    </Notice>
  );
};
