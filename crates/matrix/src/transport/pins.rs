//! Which events a room has pinned (Client-Server API, `m.room.pinned_events`).

use matrix_sdk::{
    Room,
    ruma::{
        EventId,
        api::{client::state::get_state_event_for_key, error::ErrorKind},
        events::StateEventType,
    },
};
use serde_json::{Map, Value};

use super::failure::Failure;

/// The most that are pinned by us: clients show no more, and the event has 64 KiB for all of them.
const MOST: usize = 100;

/// Pins an event, or does so no longer. The name of the event that says so; none where nothing had
/// to change. Whether we may, the server knows.
///
/// What is pinned is asked of the server: a sync may not have told yet what we have pinned just now.
pub(super) async fn change(
    room: &Room,
    target: &EventId,
    pinned: bool,
) -> Result<Option<String>, Failure> {
    let content = match read(room).await? {
        Some(content) => serde_json::from_str(content.get()).unwrap_or_default(),
        None => Map::new(),
    };
    let Some(content) = changed(content, target.as_str(), pinned)? else { return Ok(None) };
    let content = Value::Object(content);
    let set = room.send_state_event_raw("m.room.pinned_events", "", content).await?;
    Ok(Some(set.event_id.to_string()))
}

/// What the server says is pinned; none in a room in which nothing ever was.
async fn read(room: &Room) -> Result<Option<Box<serde_json::value::RawValue>>, Failure> {
    let (kind, key) = (StateEventType::RoomPinnedEvents, String::new());
    let request = get_state_event_for_key::v3::Request::new(room.room_id().to_owned(), kind, key);
    match room.client().send(request).await {
        Ok(answer) => Ok(Some(answer.event_or_content)),
        Err(error) if error.client_api_error_kind() == Some(&ErrorKind::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The content with the event among those that are pinned, at their end, or without it; none where
/// it is so already. What else it says, and the order of the others, stays.
fn changed(
    mut content: Map<String, Value>,
    target: &str,
    pinned: bool,
) -> Result<Option<Map<String, Value>>, Failure> {
    let list = content.get("pinned").and_then(Value::as_array);
    let mut list: Vec<Value> =
        list.into_iter().flatten().filter(|event| event.is_string()).cloned().collect();
    let before = list.len();
    list.retain(|event| event != target);
    if pinned == (list.len() < before) {
        return Ok(None);
    }
    if pinned {
        if before >= MOST {
            return Err(Failure::Refused(format!(
                "{before} messages are pinned in the room, and clients show {MOST}: unpin one first"
            )));
        }
        list.push(target.into());
    }
    content.insert("pinned".to_owned(), list.into());
    Ok(Some(content))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_pinned_changes_by_one_event_and_nothing_else() {
        let check = |content: Value, pinned, expect: Option<Value>| {
            let map = content.as_object().cloned().expect("an object");
            let changed = changed(map, "$b", pinned).expect("it may be");
            assert_eq!(changed.map(Value::Object), expect, "{content} {pinned}");
        };
        check(json!({}), true, Some(json!({ "pinned": ["$b"] })));
        check(json!({}), false, None);
        let (two, three) = (json!(["$a", "$c"]), json!(["$a", "$b", "$c"]));
        check(
            json!({ "pinned": two, "x": 1 }),
            true,
            Some(json!({ "pinned": ["$a", "$c", "$b"], "x": 1 })),
        );
        check(json!({ "pinned": three }), true, None);
        check(json!({ "pinned": three, "x": 1 }), false, Some(json!({ "pinned": two, "x": 1 })));
        check(json!({ "pinned": two }), false, None);
        // What is no list of events is begun anew.
        check(json!({ "pinned": "$b" }), true, Some(json!({ "pinned": ["$b"] })));
        check(json!({ "pinned": [1, "$a", null] }), true, Some(json!({ "pinned": ["$a", "$b"] })));
    }

    #[test]
    fn a_room_has_no_more_than_clients_show() {
        let full = |events: usize| {
            let list: Vec<Value> = (0..events).map(|event| format!("${event}").into()).collect();
            Map::from_iter([("pinned".to_owned(), Value::Array(list))])
        };
        assert!(changed(full(MOST - 1), "$new", true).is_ok_and(|content| content.is_some()));
        assert!(matches!(changed(full(MOST), "$new", true), Err(Failure::Refused(_))));
        // One may always go, however many others have pinned.
        assert!(changed(full(1_000), "$7", false).is_ok_and(|content| content.is_some()));
    }
}
