//! Who stays where, and since when.

use super::check_stays;

#[test]
fn a_stay_is_over_when_somebody_leaves_or_is_called_otherwise() {
    check_stays(
        "
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie=u:xmpp:ann@example.org (at 7.1) says in r:xmpp:a@muc.example.org: hi
        << <presence type='unavailable' from='MUC/annie'>X{none participant ann@example.org/1 ann 303}</presence>
        -- annie=u:xmpp:ann@example.org (at 7.1) is ann now
        -- gone: 7.1
        << <message type='chat' from='MUC/ann'><body>hi</body></message>
        -- ann=u:xmpp:ann@example.org (at 7.3) says in a@muc.example.org/ann (7.3) in private on xmpp: hi
        << <presence type='unavailable' from='MUC/ann'>X{none none}</presence>
        -- ann=u:xmpp:ann@example.org (at 7.3) leaves r:xmpp:a@muc.example.org
        -- gone: 7.3
        ",
    );
}

#[test]
fn whoever_is_shown_as_another_is_another() {
    check_stays(
        "
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie=u:xmpp:ann@example.org (at 7.1) says in r:xmpp:a@muc.example.org: hi
        << <presence from='MUC/annie'>X{none participant ann@example.org/2}</presence>
        << <presence from='MUC/annie'>X{none participant eve@other.net/1}</presence>
        -- gone: 7.1
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie=u:xmpp:eve@other.net (at 7.3) says in r:xmpp:a@muc.example.org: hi
        ",
    );
}

#[test]
fn nobody_is_known_to_have_stayed_across_a_cut() {
    check_stays(
        "
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie=u:xmpp:ann@example.org (at 7.1) says in r:xmpp:a@muc.example.org: hi
        suspended
        -- offline: the connection was cut
        resumed
        >> <iq id='q2' to='MUC/bot' type='get'><ping xmlns='urn:xmpp:ping'/></iq>
        -- online
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie=u:xmpp:ann@example.org (at 7.4) says in r:xmpp:a@muc.example.org: hi
        ",
    );
}

#[test]
fn all_stays_of_a_room_are_over_when_we_leave_it() {
    check_stays(
        "
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie=u:xmpp:ann@example.org (at 7.1) says in r:xmpp:a@muc.example.org: hi
        << <presence type='unavailable' from='MUC/bot'>X{outcast none 301 110}</presence>
        -- gone: 7.1
        -- we are not in r:xmpp:a@muc.example.org: we were banned
        ",
    );
}
