import type { Certificate } from './certificate.ts';

/** What the configuration is written from. */
export interface KamailioPlan {
  readonly address: string;
  readonly udpPort: number;
  /** WebSockets are served on loopback: plain for the bare page, over TLS for the app. */
  readonly wsPort: number;
  readonly wssPort: number;
  readonly certificate: Pick<Certificate, 'certificateFile' | 'keyFile'>;
  readonly realm: string;
  readonly domain: string;
  readonly modules: string;
  readonly rpcSocket: string;
  readonly rtpengine: string;
  /** SIP user -> password. */
  readonly users: Readonly<Record<string, string>>;
  /** This user is no account: its calls go to the scenario player at that UDP port. */
  readonly scenario: { readonly user: string; readonly port: number };
}

const MODULES = [
  'tm tmx sl rr pv maxfwd textops siputils xlog sanity nathelper usrloc registrar auth htable ctl kex corex tcpops',
  'rtpengine xhttp websocket tls',
].flatMap((line) => line.split(' '));

const globals = (plan: KamailioPlan): string => `#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=2
tcp_children=2
auto_aliases=no
dns=no
rev_dns=no
listen=udp:${plan.address}:${plan.udpPort}
listen=tcp:127.0.0.1:${plan.wsPort}
listen=tls:127.0.0.1:${plan.wssPort}
enable_tls=yes
alias="${plan.domain}"
tcp_accept_no_cl=yes
# The default, 120 s, is shorter than WebSocket's own keep-alive.
tcp_connection_lifetime=3605
mpath="${plan.modules}"
${MODULES.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("ctl", "binrpc", "unix:${plan.rpcSocket}")
modparam("tls", "certificate", "${plan.certificate.certificateFile}")
modparam("tls", "private_key", "${plan.certificate.keyFile}")
modparam("tls", "tls_method", "TLSv1.2+")
modparam("rr", "enable_full_lr", 1)
modparam("rr", "append_fromtag", 1)
modparam("registrar", "received_avp", "$avp(RECEIVED)")
modparam("registrar", "max_contacts", 4)
modparam("nathelper", "received_avp", "$avp(RECEIVED)")
modparam("usrloc", "db_mode", 0)
modparam("usrloc", "handle_lost_tcp", 1)
modparam("usrloc", "close_expired_tcp", 1)
modparam("rtpengine", "rtpengine_sock", "${plan.rtpengine}")
modparam("websocket", "keepalive_timeout", 30)
# A party that says nothing is given up after this long, not after RFC 3261's 32 s: tests wait for it.
modparam("tm", "fr_timer", 4000)
modparam("htable", "htable", "passwords=>size=4;")

event_route[htable:mod-init] {
${Object.entries(plan.users)
  .map(([user, password]) => `  $sht(passwords=>${user}) = "${password}";`)
  .join('\n')}
}
`;

const requests = (plan: KamailioPlan): string => `
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) {
    if (t_check_trans()) t_relay();
    exit;
  }
  if (!is_method("ACK")) {
    if (t_precheck_trans()) { t_check_trans(); exit; }
    t_check_trans();
  }
  if (nat_uac_test(64)) {
    force_rport();
    if (is_method("REGISTER")) fix_nated_register();
    else if (!add_contact_alias()) { sl_send_reply("400", "Bad Contact"); exit; }
  }
  if (has_totag()) { route(WITHIN_DIALOG); exit; }
  if (is_method("REGISTER")) { route(CHALLENGE); save("location"); exit; }
  if (is_method("OPTIONS") && $rU == $null) { sl_send_reply("200", "OK"); exit; }
  route(CHALLENGE);
  record_route();
  if ($rU == "${plan.scenario.user}") {
    $ru = "sip:${plan.scenario.user}@${plan.address}:${plan.scenario.port}";
  } else if (!lookup("location")) {
    if ($rc == -1 && $sht(passwords=>$rU) == $null) sl_send_reply("404", "No such user");
    else sl_send_reply("480", "Nobody is registered");
    exit;
  }
  route(RELAY);
}

route[WITHIN_DIALOG] {
  if (loose_route()) {
    if ($du == "") handle_ruri_alias();
    if (is_method("INVITE|SUBSCRIBE")) record_route();
    if (is_method("BYE")) rtpengine_delete();
    route(RELAY);
    exit;
  }
  if (is_method("ACK")) {
    if (t_check_trans()) t_relay();
    exit;
  }
  sl_send_reply("404", "No such dialog");
}

# Every request is challenged, but for what the scenario player sends: it is no account.
route[CHALLENGE] {
  if ($si == "${plan.address}" && $sp == ${plan.scenario.port}) return;
  $var(password) = $sht(passwords=>$fU);
  if (is_method("REGISTER")) {
    if ($var(password) == $null || !pv_www_authenticate("${plan.realm}", "$var(password)", "0")) {
      auth_challenge("${plan.realm}", "1");
      exit;
    }
  } else {
    if ($var(password) == $null || !pv_proxy_authenticate("${plan.realm}", "$var(password)", "0")) {
      auth_challenge("${plan.realm}", "1");
      exit;
    }
  }
  consume_credentials();
}

route[RELAY] {
  t_on_branch("MEDIA");
  t_on_reply("ANSWER");
  t_on_failure("FAILED");
  if (!t_relay()) sl_reply_error();
}

# The flags fit whoever receives this description.
branch_route[MEDIA] {
  if (!has_body("application/sdp")) return;
  if (is_method("ACK")) {
    rtpengine_answer("replace-origin replace-session-connection");
  } else if ($ru =~ "transport=ws" || $du =~ "transport=ws") {
    rtpengine_offer("replace-origin replace-session-connection ICE=force UDP/TLS/RTP/SAVPF SDES-off rtcp-mux-offer record-call=on");
  } else {
    rtpengine_offer("replace-origin replace-session-connection ICE=remove RTP/AVP rtcp-mux-demux record-call=on");
  }
}

# A proxy makes a 500 of a 503 by itself (RFC 3261 16.7); this one is the network's edge and says what it was told.
failure_route[FAILED] {
  if (t_check_status("503")) t_reply("503", "Service Unavailable");
}

onreply_route[ANSWER] {
  if (nat_uac_test(64)) add_contact_alias();
  if (has_body("application/sdp")) rtpengine_answer("replace-origin replace-session-connection");
}
`;

const webSocket = `
onreply_route { if (nat_uac_test(64)) add_contact_alias(); }

event_route[xhttp:request] {
  set_reply_close();
  set_reply_no_connect();
  if ($hdr(Upgrade) =~ "websocket" && $hdr(Connection) =~ "Upgrade" && $rm =~ "GET") {
    if (ws_handle_handshake()) exit;
  }
  xhttp_reply("404", "Not Found", "", "");
}
`;

/** A registrar and record-routing proxy with WebSocket, digest authentication and media through rtpengine. */
export function kamailioConfig(plan: KamailioPlan): string {
  return [globals(plan), requests(plan), webSocket].join('');
}
