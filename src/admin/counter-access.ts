/** Who may call the routes about counters: a part of access.ts. */
const lead = ['counter_lead'] as const;
const officers = ['issuer_clerk', 'counter_lead'] as const;

export const counterAccess = {
  counters: {
    method: 'get',
    path: '/admin/api/counters',
    roles: lead,
    does: { zh: '查看本单位的窗口设备', en: 'list the unit’s counters' },
  },
  proposeCounter: {
    method: 'post',
    path: '/admin/api/counters',
    roles: lead,
    does: { zh: '登记窗口设备并生成注册码', en: 'enter a counter and get its enrolment code' },
  },
  renewCounterCode: {
    method: 'post',
    path: '/admin/api/counters/:id/code',
    roles: lead,
    does: { zh: '为窗口换一台设备（新注册码）', en: 'a new enrolment code, for another device' },
  },
  setCounterItems: {
    method: 'post',
    path: '/admin/api/counters/:id/items',
    roles: lead,
    does: { zh: '设定窗口办理的事项', en: 'set the items a counter works for' },
  },
  revokeCounter: {
    method: 'post',
    path: '/admin/api/counters/:id/revoke',
    roles: lead,
    does: { zh: '停用窗口设备，立即生效', en: 'revoke a counter, at once' },
  },
  resumeCounter: {
    method: 'post',
    path: '/admin/api/counters/:id/resume',
    roles: lead,
    does: { zh: '恢复因查看人数过多而暂停的窗口', en: 'let a counter go on that the bulk guard stopped' },
  },
  counterFlags: {
    method: 'get',
    path: '/admin/api/counter-flags',
    roles: lead,
    does: { zh: '查看窗口待核查事项', en: 'list what has to be looked at' },
  },
  closeCounterFlag: {
    method: 'post',
    path: '/admin/api/counter-flags/:id/close',
    roles: lead,
    does: { zh: '办结窗口待核查事项', en: 'close it, with what came of it' },
  },
  posters: {
    method: 'get',
    path: '/admin/api/posters',
    roles: lead,
    does: { zh: '查看海报码', en: 'list the posters' },
  },
  makePoster: {
    method: 'post',
    path: '/admin/api/posters',
    roles: lead,
    does: { zh: '为窗口事项制作海报码', en: 'make a poster for an item of a counter' },
  },
  endPoster: {
    method: 'post',
    path: '/admin/api/posters/:id/end',
    roles: lead,
    does: { zh: '停用海报码', en: 'end a poster' },
  },
  counterPin: {
    method: 'get',
    path: '/admin/api/counter-pin',
    roles: officers,
    does: { zh: '查看本人是否已设窗口密码', en: 'see whether one has a PIN for counters' },
  },
  setCounterPin: {
    method: 'post',
    path: '/admin/api/counter-pin',
    roles: officers,
    does: { zh: '设置本人的窗口密码', en: 'choose one’s own PIN for counters' },
  },
  openCase: {
    method: 'post',
    path: '/admin/api/cases',
    roles: officers,
    does: {
      zh: '为到窗口的人开立办件（记入其日志）',
      en: 'open a case for a person at a counter; she can read of it',
    },
  },
} as const;
