//! Power levels, and the ranks of policy: the levels at which common clients draw their lines.

use matrix_sdk::{
    Room,
    ruma::{Int, UserId, events::room::power_levels::UserPowerLevel},
};
use nuncio_policy::Power;

use super::failure::Failure;

/// Each rank and the least level of it, the highest first.
const RANKS: [(Power, i32); 5] = [
    (Power::Owner, 100),
    (Power::Admin, 75),
    (Power::Op, 50),
    (Power::Halfop, 25),
    (Power::Voice, 10),
];

/// The rank of a level. Who made a room has more than any level (room version 12).
pub(super) fn rank(level: UserPowerLevel) -> Option<Power> {
    let UserPowerLevel::Int(level) = level else { return Some(Power::Owner) };
    RANKS.into_iter().find(|(_, least)| level >= Int::from(*least)).map(|(power, _)| power)
}

/// Gives somebody power in a room, or takes it; whoever has more keeps it.
pub(super) async fn change(
    room: &Room,
    who: &UserId,
    power: Power,
    given: bool,
) -> Result<(), Failure> {
    let levels = room.power_levels().await.map_err(matrix_sdk::Error::from)?;
    let has = rank(levels.for_user(who));
    let level = match given {
        true if has >= Some(power) => return Ok(()),
        true => level(power),
        false if has != Some(power) => return Ok(()),
        false => levels.users_default,
    };
    Box::pin(room.update_power_levels(vec![(who, level)])).await?;
    Ok(())
}

fn level(power: Power) -> Int {
    let found = RANKS.into_iter().find(|(rank, _)| *rank == power);
    Int::from(found.map_or(0, |(_, least)| least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_have_ranks() {
        let rank_of = |level: i32| rank(UserPowerLevel::Int(Int::from(level)));
        for power in Power::ALL {
            let Ok(level) = i32::try_from(i64::from(level(power))) else { panic!("{power}") };
            assert_eq!(rank_of(level), Some(power));
            assert!(rank_of(level - 1) < Some(power));
        }
        assert_eq!((rank_of(0), rank_of(-5), rank_of(9000)), (None, None, Some(Power::Owner)));
        assert_eq!(rank(UserPowerLevel::Infinite), Some(Power::Owner));
    }
}
