import {
  CheckCircleOutlined,
  CloseCircleOutlined,
  PauseCircleOutlined,
  PlusOutlined,
} from '@ant-design/icons';
import { Button, Empty, Skeleton, Space } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { formatRegisterDay } from '../../shared/format.ts';
import { type Column, Listing } from '../listing.tsx';
import { useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import { useRefresh } from '../use-refresh.ts';
import { inWords, useText } from '../use-text.ts';
import { AddModal, CodeModal, RevokeModal } from './counter-dialogs.tsx';
import {
  type Counter,
  countersApi,
  type Flag,
  type Item,
  type MadeCode,
  type Poster,
} from './counters-api.ts';
import { FlagsSection } from './flags-section.tsx';
import { PinSection } from './pin-section.tsx';
import { PostersSection } from './posters-section.tsx';

const looks = {
  active: ['valid', CheckCircleOutlined],
  waiting: ['check', PauseCircleOutlined],
  stopped: ['bad', CloseCircleOutlined],
  revoked: ['bad', CloseCircleOutlined],
} as const;

const CounterState = ({ state }: { state: Counter['state'] }) => {
  const say = useText();
  const [look, Icon] = looks[state];
  return (
    <span className={`state state-${look}`} data-state={state}>
      <Icon aria-hidden /> {say(`counter.state.${state}`)}
    </span>
  );
};

interface Desk {
  counters: Counter[];
  flags: Flag[];
  posters: Poster[];
}

const LeadsDesk = () => {
  const say = useText();
  const { units } = useOfficeFacts();
  const [desk, setDesk] = useState<Desk>();
  const [items, setItems] = useState<Item[]>([]);
  const [error, setError] = useState<unknown>();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<MadeCode>();
  const [ending, setEnding] = useState<string>();
  const read = useCallback(async () => {
    try {
      const [{ counters }, { flags }, { posters }] = await Promise.all([
        countersApi.list(),
        countersApi.flags(),
        countersApi.posters(),
      ]);
      setDesk({ counters, flags, posters });
    } catch (failure) {
      setError(failure);
    }
  }, []);
  useEffect(() => {
    void read();
    countersApi
      .items()
      .then(
        (all) =>
          setItems(all.items.filter(({ state, handled }) => state === 'active' && handled !== 'online')),
        setError,
      );
  }, [read]);
  useRefresh(() => void read());
  const act = async (what: () => Promise<unknown>) => {
    setError(undefined);
    try {
      await what();
    } catch (failure) {
      setError(failure);
    }
    await read();
  };
  const itemName = (code: string) => inWords(items.find((item) => item.code === code)?.name, code);
  const nameOf = (id: string) => desk?.counters.find((counter) => counter.id === id)?.name ?? id;

  const columns: Column<Counter>[] = [
    {
      title: say('counter.name'),
      cell: ({ name, unit }) => (
        <>
          <strong>{name}</strong>
          <span className="identifier">{inWords(units.get(unit), unit)}</span>
        </>
      ),
    },
    { title: say('counter.state'), cell: ({ state }) => <CounterState state={state} />, short: true },
    {
      title: say('counter.items'),
      cell: ({ items: codes }) => (
        <ul className="plain">
          {codes.map((code) => (
            <li key={code}>{itemName(code)}</li>
          ))}
        </ul>
      ),
    },
    {
      title: say('counter.until'),
      cell: ({ until }) => <time className="number">{formatRegisterDay(until)}</time>,
      short: true,
    },
    {
      title: say('counter.acts'),
      cell: ({ id, state }) =>
        state !== 'revoked' && (
          <Space wrap>
            {state === 'stopped' && (
              <Button onClick={() => act(() => countersApi.resume(id))}>{say('counter.resume')}</Button>
            )}
            <Button onClick={() => act(async () => setMade(await countersApi.code(id)))}>
              {say('counter.code')}
            </Button>
            <Button danger onClick={() => setEnding(id)} data-testid={`revoke-${id}`}>
              {say('counter.revoke')}
            </Button>
          </Space>
        ),
    },
  ];

  return (
    <>
      <div className="head">
        <h1>{say('counter.title')}</h1>
        <p className="soft">{say('counter.lead')}</p>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)} data-testid="add">
          {say('counter.add')}
        </Button>
      </div>
      {error !== undefined && <Problem error={error} onRetry={() => act(read)} />}
      {!desk && error === undefined && <Skeleton active />}
      {desk && (
        <>
          <FlagsSection
            flags={desk.flags}
            nameOf={nameOf}
            onClose={(flag, outcome) => act(() => countersApi.close(flag, outcome))}
          />
          {desk.counters.length === 0 ? (
            <Empty className="empty" description={say('counter.none')}>
              <p>{say('counter.none.text')}</p>
            </Empty>
          ) : (
            <Listing
              name={say('counter.title')}
              columns={columns}
              rows={desk.counters}
              keyOf={({ id }) => id}
            />
          )}
          <PostersSection
            posters={desk.posters}
            counters={desk.counters}
            itemName={itemName}
            onMake={(counter, item) => act(() => countersApi.makePoster(counter, item))}
            onEnd={(poster) => act(() => countersApi.endPoster(poster))}
          />
        </>
      )}
      <AddModal
        open={adding}
        items={items}
        onClose={() => setAdding(false)}
        onMade={(code) => {
          setAdding(false);
          setMade(code);
          void read();
        }}
      />
      <CodeModal made={made} onClose={() => setMade(undefined)} />
      <RevokeModal
        counter={ending}
        onClose={() => setEnding(undefined)}
        onDone={() => {
          setEnding(undefined);
          void read();
        }}
      />
    </>
  );
};

const CountersPage = () => {
  const { office } = useOfficeFacts();
  const say = useText();
  const leads = office.roles.includes('counter_lead');
  return (
    <section data-testid="counters-page">
      {leads ? <LeadsDesk /> : <h1>{say('nav.counters')}</h1>}
      <PinSection />
    </section>
  );
};

export default CountersPage;
