pub fn routes() -> Vec<super::routes::Route> { vec![] }
