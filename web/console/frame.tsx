import { DownOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import { LanguageButton } from './language-button.tsx';
import { useOfficeFacts } from './office.ts';
import { signOut, startSignIn } from './session.ts';
import type { TextKey } from './texts.ts';
import { linkTo } from './use-route.ts';
import { inWords, useText } from './use-text.ts';

/** Pages of the console and whose they are. A new page is a line here and one in app.tsx. */
const pages = [
  { id: 'work', roles: ['issuer_clerk', 'approver', 'register_steward', 'app_reviewer'] },
  { id: 'certificates', roles: ['issuer_clerk', 'approver'] },
  { id: 'counters', roles: ['issuer_clerk', 'counter_lead'] },
] as const;

/** Those of her roles; the first of them is where she begins. */
export const openPages = (roles: readonly string[]) =>
  pages.filter((page) => page.roles.some((role) => roles.includes(role)));

const OfficeMenu = () => {
  const say = useText();
  const { office } = useOfficeFacts();
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const elsewhere =
        event instanceof KeyboardEvent
          ? event.key === 'Escape'
          : !menu.current?.contains(event.target as Node);
      if (elsewhere) menu.current?.removeAttribute('open');
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('keydown', close);
    };
  }, []);
  return (
    <details className="office" ref={menu}>
      <summary data-testid="office">
        <span className="visually-hidden">{say('office.menu')}</span>
        <strong>{inWords(office.unit.name)}</strong>
        <DownOutlined aria-hidden />
      </summary>
      <div className="office-menu">
        <p className="soft">{office.roles.map((role) => say(`role.${role}` as TextKey)).join(' · ')}</p>
        <Button block onClick={() => startSignIn({ chooseOffice: true })} data-testid="switch">
          {say('office.switch')}
        </Button>
        <Button block onClick={signOut} data-testid="sign-out">
          {say('office.signout')}
        </Button>
      </div>
    </details>
  );
};

export const Frame = ({ page, children }: { page: string; children: ReactNode }) => {
  const say = useText();
  const { office } = useOfficeFacts();
  const open = openPages(office.roles);
  return (
    <>
      <button
        type="button"
        className="skip"
        onClick={() => document.querySelector<HTMLElement>('main')?.focus()}
      >
        {say('app.skip')}
      </button>
      <header className="bar">
        <span className="brand">
          <img src="icon.svg" alt="" width="28" height="28" />
          {say('app.name')}
        </span>
        <nav aria-label={say('nav.main')}>
          {open.map(({ id }) => (
            <a key={id} href={linkTo(id)} aria-current={page === id ? 'page' : undefined}>
              {say(`nav.${id}`)}
            </a>
          ))}
        </nav>
        <span className="bar-end">
          <LanguageButton />
          <OfficeMenu />
        </span>
      </header>
      <main className="work" tabIndex={-1}>
        {open.length > 0 ? (
          children
        ) : (
          <section data-testid="no-role">
            <h1>{say('office.norole')}</h1>
            <p>{say('office.norole.text')}</p>
          </section>
        )}
      </main>
    </>
  );
};
