/** Names of the acts on a certificate, and what each does: read before it is proposed and before it is approved. */
export const actsZh = {
  'act.suspend': '暂扣',
  'means.suspend':
    '证照变为“暂扣”，所有副本随之停用，窗口核验不再显示有效，持证人的卡片写明暂扣。以后可以恢复。',
  'act.resume': '恢复',
  'means.resume': '证照恢复“有效”，已领取的副本重新可用。',
  'act.revoke': '吊销',
  'means.revoke': '证照吊销，所有副本永久失效，不能恢复。',
  'act.withdraw': '撤销',
  'means.withdraw': '证照撤销，视为当初不应发放，所有副本永久失效，不能恢复。',
  'act.cancel': '注销',
  'means.cancel': '证照注销，所有副本永久失效，不能恢复。',
  'act.lapse': '失效',
  'means.lapse': '证照失效，所有副本永久失效，不能恢复。',
  'act.move_out': '办理转出',
  'means.move_out': '证照转出到其他发证机关，本机关签发的所有副本永久失效。',
  'act.other': '其他状态',
  'means.other': '证照变为所选的其他状态，所有副本永久失效。',
  'act.renew': '延续',
  'means.renew': '按登记现有内容签发新一版证照，旧版的副本失效，持证人的卡包自动更新。',
  'act.change': '变更',
  'means.change': '按登记现有内容签发新一版证照，旧版的副本失效，持证人的卡包自动更新。',
  'act.correct': '更正',
  'means.correct': '按登记现有内容签发更正后的新一版证照，旧版的副本失效。',
  'act.replace': '补证',
  'means.replace': '签发新一版证照，旧版的副本失效。',
  'act.card_lost': '登记实体证遗失',
  'means.card_lost': '电子证照立即停用，以免捡到实体证的人冒用。找到或补证后再恢复。',
  'means.unknown': '这一事项随即生效。请先核对所列内容。',
  'means.issue': '持证人的卡包即可领取这本证照，并由贵单位的密钥签名。退回后，申请人会在使用记录中看到原因。',
};

export const actsEn: Record<keyof typeof actsZh, string> = {
  'act.suspend': 'Suspend',
  'means.suspend':
    'The certificate is suspended: all its copies stop, no counter calls it valid, and the holder’s card says so. It can be resumed later.',
  'act.resume': 'End the suspension',
  'means.resume': 'The certificate is valid again, and the copies that were fetched work again.',
  'act.revoke': 'Revoke',
  'means.revoke': 'The certificate is revoked and all its copies end for good. This cannot be undone.',
  'act.withdraw': 'Withdraw',
  'means.withdraw':
    'The certificate is withdrawn, as it should never have been given. All its copies end for good; this cannot be undone.',
  'act.cancel': 'Cancel the certificate',
  'means.cancel': 'The certificate is cancelled and all its copies end for good. This cannot be undone.',
  'act.lapse': 'Declare lapsed',
  'means.lapse': 'The certificate has lapsed and all its copies end for good. This cannot be undone.',
  'act.move_out': 'Move out',
  'means.move_out':
    'The certificate moves to another issuer. All copies that your department signed end for good.',
  'act.other': 'Another state',
  'means.other': 'The certificate gets the state you choose, and all its copies end for good.',
  'act.renew': 'Renew',
  'means.renew':
    'The next version is issued with what the register says now. Copies of this one end, and the holder’s wallet updates itself.',
  'act.change': 'Change',
  'means.change':
    'The next version is issued with what the register says now. Copies of this one end, and the holder’s wallet updates itself.',
  'act.correct': 'Correct',
  'means.correct': 'A corrected version is issued with what the register says now. Copies of this one end.',
  'act.replace': 'Replace',
  'means.replace': 'The next version is issued, and copies of this one end.',
  'act.card_lost': 'Report the card lost',
  'means.card_lost':
    'The electronic certificate stops at once, so that nobody who finds the card can use it. It comes back when the card is found or replaced.',
  'means.unknown': 'It takes effect at once. Check what stands below first.',
  'means.issue':
    'The holder’s wallet can fetch this certificate, signed with your unit’s key. If you send it back, the applicant reads the reason in her log.',
};
