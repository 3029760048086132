//! What can be asked of the model server, told apart by method and path.

use super::conversation::Request;

/// A kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// Chat completions with a picture.
    Chat,
    /// OpenAI's images.
    Images,
    /// The classic tasks.
    ImageToText,
    TextToImage,
    /// fal's queue: an order, how far it is, what came of it, and taking it back.
    Order,
    Status,
    Result,
    Cancel,
    /// Which models there are.
    List,
}

impl Call {
    /// None: there is nothing at this address.
    pub fn of(request: &Request) -> Option<Self> {
        let path = &*request.path;
        match (&*request.method, path) {
            ("POST", _) if path.ends_with("/v1/chat/completions") => Some(Self::Chat),
            ("POST", _) if path.ends_with("/v1/images/generations") => Some(Self::Images),
            ("POST", _) if path.starts_with("/models/") => {
                let paints = request.header("accept") == Some("image/png");
                Some(if paints { Self::TextToImage } else { Self::ImageToText })
            }
            ("GET", _) if path.ends_with("/v1/models") => Some(Self::List),
            _ if !path.starts_with("/fal-ai/") || request.query != "_subdomain=queue" => None,
            ("POST", _) => Some(Self::Order),
            ("PUT", _) if path.ends_with("/cancel") => Some(Self::Cancel),
            ("GET", _) if path.ends_with("/status") => Some(Self::Status),
            ("GET", _) => Some(Self::Result),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Images => "images",
            Self::ImageToText => "image_to_text",
            Self::TextToImage => "text_to_image",
            Self::Order => "order",
            Self::Status => "status",
            Self::Result => "result",
            Self::Cancel => "cancel",
            Self::List => "list",
        }
    }

    /// Whether it has a model work, and so is paid for.
    pub fn costs(self) -> bool {
        !matches!(self, Self::Status | Self::Result | Self::Cancel | Self::List)
    }
}
