//! Who is in a room, for whoever asks.

use super::check;

#[test]
fn the_occupants_of_a_room_are_told_with_their_power_and_whom_the_room_shows() {
    check(
        "",
        "
        who MUC
        -- there: annie=u:xmpp:ann@example.org, we, bot?
        << <presence from='MUC/eve'>X{admin moderator eve@other.net/1}</presence>
        -- eve=u:xmpp:eve@other.net, admin of r:xmpp:a@muc.example.org, joins r:xmpp:a@muc.example.org
        << <presence from='MUC/annie'>X{none participant}</presence>
        who MUC
        -- there: eve=u:xmpp:eve@other.net (admin), annie?, we, bot?
        who elsewhere@muc.example.org
        -- no answer: I am not in elsewhere@muc.example.org
        suspended
        -- offline: the connection was cut
        who MUC
        -- no answer: there is no connection to xmpp now
        ",
    );
}

#[test]
fn whom_a_service_shows_that_is_not_trusted_is_claimed_only() {
    check(
        "trusted_services = [\"muc.other.net\"]",
        "
        who MUC
        -- there: annie?, we, bot?
        ",
    );
}
