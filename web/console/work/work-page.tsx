import { ReloadOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox, Empty, Segmented, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { formatMoment, formatTime } from '../../shared/format.ts';
import { serverSeconds } from '../../shared/server-time.ts';
import { Choice } from '../choice.tsx';
import { type Column, Listing } from '../listing.tsx';
import { useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import { change, useRoute } from '../use-route.ts';
import { useText } from '../use-text.ts';
import { useWork } from './use-work.ts';
import { WorkDrawer } from './work-drawer.tsx';
import { kinds, titleOf, type WorkItem, whoOf } from './work-items.ts';

const ages = { day: 86_400, week: 7 * 86_400 } as const;

const isOlder = ({ since }: WorkItem, age: string | undefined): boolean =>
  age !== 'day' && age !== 'week' ? true : since !== undefined && since < serverSeconds() - ages[age];

const WorkPage = () => {
  const say = useText();
  const facts = useOfficeFacts();
  const { query } = useRoute();
  const { items, asOf, problems, refresh } = useWork();
  const [done, setDone] = useState('');
  const { kind, age, item: opened, mine } = query;

  const aged = (items ?? []).filter((item) => isOlder(item, age) && !(mine === 'hide' && item.own));
  const shown = aged.filter((item) => !kind || item.kind === kind);
  const countOf = (of: string) => aged.filter((item) => item.kind === of).length;
  const present = kinds.filter((one) => one === kind || (items ?? []).some((item) => item.kind === one));
  const isFiltered = Boolean(kind || age || mine);
  const current = items?.find(({ id }) => id === opened);

  const columns: Column<WorkItem>[] = [
    {
      title: say('work.what'),
      cell: (item) => (
        <>
          <button type="button" className="link" onClick={() => change({ item: item.id })}>
            {titleOf(item, facts, say)}
          </button>
          {item.own && <Tag>{say('work.own')}</Tag>}
        </>
      ),
    },
    { title: say('work.kind'), cell: (item) => say(`work.kind.${item.kind}`), short: true },
    { title: say('work.who'), cell: (item) => whoOf(item, say), short: true },
    {
      title: say('work.since'),
      cell: ({ since }) => (since === undefined ? '' : <time className="number">{formatMoment(since)}</time>),
      short: true,
    },
    {
      title: say('work.until'),
      cell: ({ until }) => (until === undefined ? '' : <time className="number">{formatMoment(until)}</time>),
      short: true,
    },
  ];

  return (
    <section data-testid="work-page">
      <div className="head">
        <h1>{say('work.title')}</h1>
        <p className="soft small number" aria-live="polite">
          {asOf > 0 && say('work.asOf', { time: formatTime(asOf) })}
        </p>
        <Button icon={<ReloadOutlined />} onClick={refresh} data-testid="refresh">
          {say('work.refresh')}
        </Button>
      </div>
      {done && (
        <Alert
          type="success"
          showIcon
          closable={{ onClose: () => setDone('') }}
          title={done}
          data-testid="done"
        />
      )}
      {problems.map(({ kind: of, error }) => (
        <Problem key={of} error={error} onRetry={refresh} />
      ))}
      <div className="filters">
        <Segmented
          aria-label={say('work.kind')}
          value={kind ?? ''}
          onChange={(value) => change({ kind: value })}
          options={[
            { value: '', label: `${say('work.all')} ${aged.length}` },
            ...present.map((one) => ({
              value: one as string,
              label: `${say(`work.kind.${one}`)} ${countOf(one)}`,
            })),
          ]}
          data-testid="kinds"
        />
        <Choice
          label={say('work.age')}
          value={age ?? 'any'}
          onChange={(value) => change({ age: value === 'any' ? '' : value })}
          options={(['any', 'day', 'week'] as const).map((value) => ({
            value,
            label: say(`work.age.${value}`),
          }))}
          testId="age"
        />
        <Checkbox
          checked={mine === 'hide'}
          onChange={({ target }) => change({ mine: target.checked ? 'hide' : '' })}
        >
          {say('work.mine')}
        </Checkbox>
      </div>
      {items === undefined ? (
        <Skeleton active title={false} paragraph={{ rows: 5 }} />
      ) : shown.length > 0 ? (
        <Listing name={say('work.title')} columns={columns} rows={shown} keyOf={({ id }) => id} />
      ) : (
        problems.length === 0 && (
          <div className="empty" data-testid="empty">
            <Empty
              image={Empty.PRESENTED_IMAGE_SIMPLE}
              description={say(isFiltered ? 'work.empty.filter' : 'work.empty')}
            >
              {isFiltered ? (
                <Button onClick={() => change({ kind: '', age: '', mine: '' })}>
                  {say('work.empty.clear')}
                </Button>
              ) : (
                <p className="soft">{say('work.empty.text')}</p>
              )}
            </Empty>
          </div>
        )
      )}
      <WorkDrawer
        item={current}
        onClose={() => change({ item: '' })}
        onDone={(sentence) => {
          setDone(sentence);
          change({ item: '' });
          refresh();
        }}
        onStale={refresh}
      />
    </section>
  );
};

export default WorkPage;
