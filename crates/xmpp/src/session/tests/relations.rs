//! What is done to messages that are there, by others and by us.

use super::check;

#[test]
fn a_correction_is_whoever_said_its_and_no_message() {
    check(
        "",
        "
        << <presence from='MUC/eve'>X{none participant}</presence>
        -- eve? joins r:xmpp:a@muc.example.org
        << <message type='groupchat' from='MUC/annie' id='1'><body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' by='MUC' id='n1'/></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: hi
        << <message type='groupchat' from='MUC/annie' id='2'><body>!ping</body><replace xmlns='urn:xmpp:message-correct:0' id='1'/></message>
        -- annie=u:xmpp:ann@example.org corrects n1 in r:xmpp:a@muc.example.org: !ping
        << <message type='groupchat' from='MUC/eve' id='3'><body>!ping</body><replace xmlns='urn:xmpp:message-correct:0' id='1'/></message>
        -- unknown: a correction of what he is not known to have said
        << <message type='chat' from='ann@example.org/1' id='1'><body>hi</body></message>
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: hi
        << <message type='chat' from='ann@example.org/1'><body>!ping</body><replace xmlns='urn:xmpp:message-correct:0' id='1'/></message>
        -- ann=u:xmpp:ann@example.org corrects 1 in ann@example.org in private on xmpp: !ping
        << <message type='chat' from='bob@example.org/1'><body>!ping</body><replace xmlns='urn:xmpp:message-correct:0' id='1'/></message>
        -- unknown: a correction of what he is not known to have said
        << <message type='chat' from='ann@example.org/1'><body>!ping</body><replace xmlns='urn:xmpp:message-correct:0'/></message>
        -- unknown: a correction of what he is not known to have said
        ",
    );
}

#[test]
fn whoever_takes_a_nick_cannot_change_what_was_said_under_it() {
    check(
        "",
        "
        << <message type='groupchat' from='MUC/annie' id='1'><body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' by='MUC' id='n1'/></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: hi
        << <presence type='unavailable' from='MUC/annie'>X{none none}</presence>
        -- annie=u:xmpp:ann@example.org leaves r:xmpp:a@muc.example.org
        << <presence from='MUC/annie'>X{none participant}</presence>
        -- annie? joins r:xmpp:a@muc.example.org
        << <message type='groupchat' from='MUC/annie' id='2'><body>no</body><replace xmlns='urn:xmpp:message-correct:0' id='1'/></message>
        -- unknown: a correction of what he is not known to have said
        << <message type='groupchat' from='MUC/annie' id='3'><retract xmlns='urn:xmpp:message-retract:1' id='n1'/></message>
        -- unknown: a retraction of what he is not known to have said
        ",
    );
}

#[test]
fn a_reply_says_what_it_answers_and_what_it_quotes_is_not_in_its_words() {
    check(
        "",
        "
        do say MUC hi
        >> <message id='k1' to='MUC' type='groupchat'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/></message>
        << <message type='groupchat' from='MUC/bot' id='k1'><body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' by='MUC' id='n1'/></message>
        -- delivery 1: confirmed as n1 (k1)
        << <message type='groupchat' from='MUC/annie'><body>&gt; hi&#10;!ping</body><reply xmlns='urn:xmpp:reply:0' id='n1' to='MUC/bot'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='5'/></fallback></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org (answering n1 of ours): !ping
        << <message type='groupchat' from='MUC/annie'><body>&gt; hi&#10;!ping</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='5'/></fallback></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: > hi⏎!ping [> hi⏎⏎!ping]
        << <message type='chat' from='ann@example.org/1'><body>!op eve</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:something:0'/></message>
        -- unknown: words for clients that know no better
        << <message type='chat' from='ann@example.org/1'><body>!op eve</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body/></fallback></message>
        -- unknown: words for clients that know no better
        ",
    );
}

#[test]
fn reactions_are_told_of_once() {
    check(
        "",
        "
        << <message type='groupchat' from='MUC/annie'><reactions xmlns='urn:xmpp:reactions:0' id='n1'><reaction>👍</reaction><reaction> 👍 </reaction><reaction/></reactions></message>
        -- u:xmpp:ann@example.org reacts to n1 in r:xmpp:a@muc.example.org: 👍
        << <message type='groupchat' from='MUC/annie'><reactions xmlns='urn:xmpp:reactions:0' id='n1'><reaction>👍</reaction><reaction>🦔</reaction></reactions><body>!ping</body></message>
        -- u:xmpp:ann@example.org reacts to n1 in r:xmpp:a@muc.example.org: 🦔
        << <message type='groupchat' from='MUC/annie'><reactions xmlns='urn:xmpp:reactions:0' id='n1'/></message>
        << <message type='groupchat' from='MUC/annie'><reactions xmlns='urn:xmpp:reactions:0'><reaction>👍</reaction></reactions></message>
        ",
    );
}

#[test]
fn a_message_is_taken_back_by_whoever_said_it_or_by_the_room() {
    check(
        "",
        "
        << <message type='groupchat' from='MUC/annie' id='1'><body>oops</body><stanza-id xmlns='urn:xmpp:sid:0' by='MUC' id='n1'/></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: oops
        << <message type='groupchat' from='MUC/annie' id='2'><retract xmlns='urn:xmpp:message-retract:1' id='n1'/><body>!ping</body></message>
        -- annie=u:xmpp:ann@example.org takes back n1 in r:xmpp:a@muc.example.org
        << <message type='groupchat' from='MUC'><retract xmlns='urn:xmpp:message-retract:1' id='n7'><moderated xmlns='urn:xmpp:message-moderate:1' by='MUC/annie'/><reason>spam</reason></retract></message>
        -- annie=u:xmpp:ann@example.org removes n7 in r:xmpp:a@muc.example.org (spam)
        << <message type='groupchat' from='MUC'><apply-to xmlns='urn:xmpp:fasten:0' id='n8'><moderated xmlns='urn:xmpp:message-moderate:0' by='b@muc.example.org/annie'><retract xmlns='urn:xmpp:message-retract:0'/></moderated></apply-to></message>
        --  (nobody) removes n8 in r:xmpp:a@muc.example.org
        << <message type='groupchat' from='MUC/annie'><apply-to xmlns='urn:xmpp:fasten:0' id='n8'><moderated xmlns='urn:xmpp:message-moderate:0' by='MUC/annie'/></apply-to></message>
        << <message type='chat' from='ann@example.org/1'><retract xmlns='urn:xmpp:message-retract:1' id='1'/></message>
        -- unknown: a retraction of what he is not known to have said
        ",
    );
}

#[test]
fn what_is_encrypted_is_no_message_and_is_told_of_once_an_hour_in_private() {
    check(
        "",
        "
        << <message type='chat' from='ann@example.org/1'><encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>x</payload></encrypted><body>!ping</body></message>
        -- ann=u:xmpp:ann@example.org says what OMEMO hides in ann@example.org in private on xmpp
        << <message type='chat' from='ann@example.org/1'><encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2'/><body>!ping</body></message>
        ++ 3600
        >> <iq id='q2' to='MUC/bot' type='get'><ping xmlns='urn:xmpp:ping'/></iq>
        << <message type='chat' from='ann@example.org/1'><encrypted xmlns='urn:xmpp:omemo:2'><payload>x</payload></encrypted></message>
        -- ann=u:xmpp:ann@example.org says what OMEMO hides in ann@example.org in private on xmpp
        << <message type='chat' from='bob@example.org/1'><encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted></message>
        << <message type='groupchat' from='MUC/annie'><encrypted xmlns='urn:xmpp:omemo:2'><payload>x</payload></encrypted><body>!ping</body></message>
        ",
    );
}

#[test]
fn what_we_said_is_changed_under_the_name_that_it_left_under() {
    check(
        "",
        "
        do edit MUC n1=k0 *hello*
        >> <message id='k1' to='MUC' type='groupchat'><body>_hello_</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/><replace xmlns='urn:xmpp:message-correct:0' id='k0'/></message>
        << <message type='groupchat' from='MUC/bot' id='k1'><body>_hello_</body><stanza-id xmlns='urn:xmpp:sid:0' by='MUC' id='n2'/></message>
        -- delivery 1: confirmed as n1 (k0)
        do edit MUC n1 hello
        -- delivery 2: failed: `n1` is not known to be ours: we change only what we said
        do edit ann@example.org k0 hello
        >> <message id='k3' to='ann@example.org' type='chat'><body>hello</body><origin-id xmlns='urn:xmpp:sid:0' id='k3'/><replace xmlns='urn:xmpp:message-correct:0' id='k0'/></message>
        acked k3
        -- delivery 3: confirmed as k0
        ",
    );
}

#[test]
fn we_answer_react_and_take_back_by_the_rooms_names() {
    check(
        "",
        "
        << <message type='groupchat' from='MUC/annie' id='1'><body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' by='MUC' id='n1'/></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: hi
        do reply MUC n1 hello
        >> <message id='k1' to='MUC' type='groupchat'><body>hello</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/><reply xmlns='urn:xmpp:reply:0' id='n1' to='MUC/annie'/></message>
        do react MUC n1 👍
        >> <message id='k2' to='MUC' type='groupchat'><reactions xmlns='urn:xmpp:reactions:0' id='n1'><reaction>👍</reaction></reactions><store xmlns='urn:xmpp:hints'/></message>
        << <message type='groupchat' from='MUC/bot' id='k2'><reactions xmlns='urn:xmpp:reactions:0' id='n1'><reaction>👍</reaction></reactions></message>
        -- delivery 2: confirmed as n1
        do react MUC n1 🦔
        >> <message id='k3' to='MUC' type='groupchat'><reactions xmlns='urn:xmpp:reactions:0' id='n1'><reaction>👍</reaction><reaction>🦔</reaction></reactions><store xmlns='urn:xmpp:hints'/></message>
        << <message type='error' from='MUC' id='k3'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
        -- delivery 3: failed: we may not do that there
        do retract MUC n9=k9
        >> <message id='k4' to='MUC' type='groupchat'><body>This message was taken back.</body><retract xmlns='urn:xmpp:message-retract:1' id='n9'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'/><store xmlns='urn:xmpp:hints'/></message>
        do react MUC k9=k9 👍
        -- delivery 5: failed: the room gives its messages no names
        do react MUC n1 way_too_long_for_a_reaction_way_too_long_for_a_reaction_way_too_long
        -- delivery 6: failed: `way_too_long_for_a_reaction_way_too_long_for_a_reaction_way_too_long` is no reaction
        do reply ann@example.org 7 hello
        >> <message id='k7' to='ann@example.org' type='chat'><body>hello</body><origin-id xmlns='urn:xmpp:sid:0' id='k7'/><reply xmlns='urn:xmpp:reply:0' id='7' to='ann@example.org'/></message>
        ",
    );
}
