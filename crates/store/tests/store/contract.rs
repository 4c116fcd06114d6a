//! The claims of the contract, one test each, on every store.

use nuncio_core::store::memory::MemoryStore;
use nuncio_store::{Options, SqliteStore};

use crate::claims;

macro_rules! contract {
    ($($claim:ident)+) => {
        mod memory {
            use super::*;

            $(#[tokio::test]
            async fn $claim() {
                claims::$claim(&MemoryStore::new()).await;
            })+
        }

        mod sqlite {
            use super::*;

            $(#[tokio::test]
            async fn $claim() {
                let folder = tempfile::tempdir().unwrap();
                claims::$claim(&SqliteStore::open(folder.path(), Options::default()).unwrap()).await;
            })+
        }
    };
}

contract! {
    a_set_is_committed_whole
    sets_are_committed_in_their_order
    each_set_gets_its_answer
    an_event_is_journalled_when_it_was_taken_up
    an_event_of_another_network_is_another_event
    a_journal_row_never_goes_back_to_started
    a_row_that_started_again_is_the_later_one
    an_interrupted_event_comes_with_its_notice
    an_output_is_there_once_as_it_was_committed_first
    an_output_that_arrived_is_gone
    an_output_that_comes_and_goes_in_one_batch_is_not_there
    an_output_that_goes_and_comes_in_one_batch_is_there
    an_output_that_was_there_goes_though_it_comes_again
    a_move_of_an_output_that_is_not_there_does_nothing
    a_move_to_handed_counts_an_attempt
    a_dead_output_is_sent_again_or_discarded
    outputs_come_in_the_order_of_their_commits
    what_is_unsent_does_not_stand_behind_what_is_dead
    every_action_comes_back_as_it_was
    an_output_with_a_secret_is_listed_as_dead_without_it
    a_plugin_sees_its_own_values_alone
    a_value_is_replaced_and_forgotten
    values_come_by_key_under_a_prefix
    a_setting_is_replaced_and_forgotten
    audit_lines_come_the_latest_first
    what_is_managed_names_the_line_that_made_it
    audit_lines_are_asked_for_by_speaker_command_and_time
    a_cursor_is_moved_and_forgotten
    times_are_kept_to_the_microsecond
    pruning_forgets_what_is_old_and_done
    pruning_forgets_any_number_of_rows
    text_of_any_kind_comes_back
}
