import { DialPolicy, isRekeyError } from '@rekey/domain'

function refusal (policy: DialPolicy, ip: string): string | undefined {
  try {
    policy.check(ip)
    return undefined
  } catch (error) {
    if (!isRekeyError(error, 'network/not-allowed')) throw error
    expect(error.detail).toEqual({ field: 'address' })
    return error.message
  }
}

const everything = new DialPolicy(['0.0.0.0/0', '::/0'])

test('only the networks of the zone may be dialled', () => {
  const policy = new DialPolicy(['10.20.0.0/16', '192.0.2.7', '2001:db8:7::/48', '2001:db8::9'])
  for (const ip of ['10.20.0.0', '10.20.255.255', '192.0.2.7', '2001:db8:7::1', '2001:db8:7:ffff::', '2001:db8::9']) {
    expect([ip, refusal(policy, ip)]).toEqual([ip, undefined])
  }
  for (const ip of ['10.19.255.255', '10.21.0.0', '192.0.2.6', '192.0.2.8', '127.0.0.1', '2001:db8:8::', '2001:db8::8', '::1']) {
    expect([ip, refusal(policy, ip)]).toEqual([ip, expect.stringContaining('outside the networks')])
  }
})

test('a zone without networks dials nothing', () => {
  const policy = new DialPolicy([])
  for (const ip of ['127.0.0.1', '10.0.0.1', '::1', '2001:db8::1']) expect([ip, refusal(policy, ip)]).toEqual([ip, expect.any(String)])
})

test('neither family stands for the other', () => {
  expect(refusal(new DialPolicy(['::/0']), '10.1.2.3')).toContain('outside')
  expect(refusal(new DialPolicy(['::/0']), '::ffff:10.1.2.3')).toContain('outside')
  expect(refusal(new DialPolicy(['0.0.0.0/0']), '2001:db8::1')).toContain('outside')
})

test('an IPv4 address inside IPv6 counts as the IPv4 one, however it is spelled', () => {
  const policy = new DialPolicy(['10.20.0.0/16', '::/0'])
  for (const ip of ['::ffff:10.20.0.1', '::FFFF:10.20.0.1', '::ffff:a14:1', '0:0:0:0:0:ffff:10.20.0.1', '0000:0000:0000:0000:0000:ffff:0a14:0001']) {
    expect([ip, refusal(policy, ip)]).toEqual([ip, undefined])
  }
  for (const ip of ['::ffff:10.21.0.1', '::ffff:a15:1', '0:0:0:0:0:FFFF:a15:1']) {
    expect([ip, refusal(policy, ip)]).toEqual([ip, expect.stringContaining('10.21.0.1 lies outside')])
  }
})

test.each([
  ['the metadata service', '169.254.169.254'],
  ['it, inside IPv6', '::ffff:169.254.169.254'],
  ['it, inside IPv6 in hexadecimal', '::ffff:a9fe:a9fe'],
  ['it, spelled out', '0:0:0:0:0:ffff:a9fe:a9fe'],
  ['it, through NAT64', '64:ff9b::169.254.169.254'],
  ['it, through local NAT64', '64:ff9b:1::a9fe:a9fe'],
  ['it, through 6to4', '2002:a9fe:a9fe::1'],
  ['it, through Teredo', '2001:0:a9fe:a9fe::1'],
  ['container credentials of AWS', '169.254.170.2'],
  ['AWS by IPv6', 'fd00:ec2::254'],
  ['AWS by IPv6, in full', 'FD00:0EC2:0000:0000:0000:0000:0000:0254'],
  ['Google by IPv6', 'fd20:ce::254'],
  ['Azure', '168.63.129.16'],
  ['Alibaba', '100.100.100.200'],
  ['Oracle', '192.0.0.192'],
  ['no host at all', '0.0.0.0'],
  ['this machine by another name', '0.0.0.1'],
  ['no host at all, by IPv6', '::'],
  ['no host at all, in full', '0:0:0:0:0:0:0:0'],
  ['no host at all, inside IPv6', '::ffff:0.0.0.0'],
  ['a multicast group', '224.0.0.1'],
  ['everybody', '255.255.255.255'],
  ['a link-local neighbour', 'fe80::1'],
  ['the last link-local neighbour', 'febf:ffff::1'],
  ['a multicast group, by IPv6', 'ff02::1']
])('%s is never dialled, whatever the zone allows', (_what, ip) => {
  expect(refusal(everything, ip)).toContain('reserved')
})

test('what lies beside the reserved ranges is a host like any other', () => {
  for (const ip of ['1.0.0.0', '169.253.255.255', '169.255.0.0', '223.255.255.255', '192.0.1.0', '100.100.100.201', 'fd00:ec2::253', 'fec0::1', '2001:1::1', '2003::1', '::1']) {
    expect([ip, refusal(everything, ip)]).toEqual([ip, undefined])
  }
})

test('the rotator\'s own Vault and Redis are never dialled, however they are spelled', () => {
  const policy = new DialPolicy(['10.0.0.0/8', '::/0'], ['10.0.0.5', '2001:db8::5', '::1'])
  for (const ip of ['10.0.0.5', '::ffff:10.0.0.5', '::ffff:a00:5', '2001:db8::5', '2001:DB8:0::0:5', '2001:db8:0:0:0:0:0:5', '0::1', '0:0:0:0:0:0:0:1']) {
    expect([ip, refusal(policy, ip)]).toEqual([ip, expect.stringContaining('reserved')])
  }
  expect(refusal(policy, '10.0.0.6')).toBeUndefined()
})

test.each([
  '', ' ', 'localhost', 'web-1', '127.1', '127.0.0.1 ', ' 127.0.0.1', '127.0.0.1\n', '127.0.0.1\0', '0177.0.0.1', '0x7f.0.0.1', '2130706433',
  '127.000.000.001', '127.0.0.1:22', '127.0.0.1/8', '[::1]', '::1%lo', 'fe80::1%eth0', '2001:db8::1%eth0', '::ffff:127.0.0.1%lo', '::ffff:127.1',
  '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', ':::1', '१२७.०.०.१'
])('%j is no address', (ip) => {
  expect(refusal(everything, ip)).toBe('not an IP address')
})

test.each([
  '', ' ', '/', '/8', 'production', '10.0.0.0/', '10.0.0.0/ ', '10.0.0.0/ 8', '10.0.0.0/8 ', '10.0.0.0/-1', '10.0.0.0/33', '10.0.0.0/8/8',
  '10.0.0.0/0x8', '10.0.0.0/1e1', '10.0.0.0/8.0', '10.0.0.0/+8', '10.0.0.0/255.0.0.0', '10.0.0/8', '10.0.0.0/8,11.0.0.0/8', '010.0.0.0/8',
  '::/129', '::/', '2001:db8::%eth0/32', '[::]/0', '::ffff:10.0.0.0/104', '::ffff:10.0.0.0/8'
])('%j is no network, and a configuration that holds it is refused', (network) => {
  expect(() => new DialPolicy(['10.0.0.0/8', network])).toThrow(expect.objectContaining({ code: 'config/invalid', message: expect.stringContaining(JSON.stringify(network)) as string }) as Error)
  expect(() => new DialPolicy(['10.0.0.0/8'], [network])).toThrow(expect.objectContaining({ code: 'config/invalid' }) as Error)
})
