//! Tests of roles: names, lists of them, and what a wrong one gets.

use super::{Role, Roles};

#[test]
fn a_list_names_roles_and_a_wrong_one_gets_the_list() {
    let roles: Roles = "router, bot".parse().unwrap();
    assert!(roles.has(Role::Router) && roles.has(Role::Bot) && !roles.has(Role::Web) && !roles.are_all());
    assert_eq!(roles.to_string(), "router,bot");
    assert_eq!(Roles::default().to_string().parse(), Ok(Roles::default()));
    let refusal = "router,inteak".parse::<Roles>().unwrap_err();
    assert!(refusal.contains("\"inteak\" is not a role") && refusal.contains("timers, web"), "{refusal}");
    assert!("".parse::<Roles>().is_err());
}
