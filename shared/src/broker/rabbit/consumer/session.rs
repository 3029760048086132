//! One consuming connection, from its first delivery to its last ack.

use std::collections::VecDeque;
use std::pin::Pin;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use lapin::Channel;
use lapin::message::Delivery as Message;
use lapin::options::{BasicCancelOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::super::body;
use super::super::link::Link;
use super::super::publisher::DeadLetter;
use super::super::receipt::{Receipt, Settlement};
use super::super::trouble::Failure;
use super::Consumer;
use crate::broker::Delivery;

pub struct Session<'a> {
    consumer: &'a Consumer,
    link: Link,
    channel: Channel,
    messages: lapin::Consumer,
    /// Read, and not yet taken by the worker; no more than the prefetch.
    waiting: VecDeque<Delivery>,
    /// Unreadable ones on their way to the dead-letter queue; no more than the prefetch.
    burials: FuturesUnordered<Pin<Box<dyn Future<Output = ()> + Send + 'a>>>,
    settle: UnboundedSender<Settlement>,
    settlements: UnboundedReceiver<Settlement>,
}

impl<'a> Session<'a> {
    pub async fn open(consumer: &'a Consumer) -> Result<Self, Failure> {
        let Consumer { server, post, queue, prefetch, .. } = consumer;
        let link = Link::open(server, post.name()).await?;
        server.topology.declare_queue(server, &link, queue).await?;
        let channel = link.channel(server).await?;
        // For each consumer, not for the channel: quorum queues know no other.
        let bounds = channel.basic_qos(*prefetch, BasicQosOptions { global: false });
        server.in_time("setting the prefetch", bounds).await?;
        let (options, arguments) = (BasicConsumeOptions::default(), FieldTable::default());
        let messages = channel.basic_consume(queue.as_str().into(), "".into(), options, arguments);
        let messages = server.in_time("consuming", messages).await?;
        post.well();
        let (settle, settlements) = mpsc::unbounded_channel();
        let (waiting, burials) = (VecDeque::new(), FuturesUnordered::new());
        Ok(Self { consumer, link, channel, messages, waiting, burials, settle, settlements })
    }

    /// Ends well when the worker has gone and all that it held is settled.
    pub async fn run(mut self) -> Result<(), Failure> {
        let Consumer { server, deliveries, .. } = self.consumer;
        loop {
            tokio::select! {
                biased;
                Some(settlement) = self.settlements.recv() => settlement.carry_out(server).await,
                () = deliveries.closed() => return self.take_leave().await,
                Ok(room) = deliveries.reserve(), if !self.waiting.is_empty() => {
                    if let Some(delivery) = self.waiting.pop_front() {
                        room.send(delivery);
                    }
                }
                message = self.messages.next() => match message {
                    Some(message) => self.receive(message?),
                    None => return Err(Failure::away("the broker cancelled the consumer")),
                },
                Some(()) = self.burials.next() => {}
                failure = self.link.lost(&self.channel) => return Err(failure),
            }
        }
    }

    fn receive(&mut self, message: Message) {
        let Message { acker, data, properties, .. } = message;
        let receipt = Receipt::new(acker, self.settle.clone());
        match body::read(&data) {
            Ok(subject) => {
                self.waiting.push_back(Delivery { subject, receipt: Some(receipt) });
            }
            Err(reason) => {
                let queue = self.consumer.queue.clone();
                let content_type = properties.content_type().clone();
                let letter = DeadLetter { queue, reason, body: data, content_type };
                self.burials.push(Box::pin(self.consumer.bury(letter, receipt)));
            }
        }
    }

    /// Hands back what nobody took, waits for the acks of what is being worked on, and leaves.
    async fn take_leave(self) -> Result<(), Failure> {
        let Self {
            consumer,
            link,
            channel,
            mut messages,
            waiting,
            burials,
            settle,
            mut settlements,
        } = self;
        let Consumer { server, .. } = consumer;
        // They go back, by their receipts.
        drop((waiting, burials));
        let cancelled = channel.basic_cancel(messages.tag(), BasicCancelOptions::default());
        server.in_time("cancelling", cancelled).await?;
        while let Ok(Some(Ok(message))) =
            tokio::time::timeout(server.timeout, messages.next()).await
        {
            drop(Receipt::new(message.acker, settle.clone()));
        }
        drop(settle);
        // Ends when the last receipt is gone: every attempt drops its own.
        while let Some(settlement) = settlements.recv().await {
            settlement.carry_out(server).await;
        }
        link.close(server).await;
        Ok(())
    }
}

impl Consumer {
    /// Puts what cannot be read where a person finds it. What cannot be put there goes back to the
    /// queue, after a pause: it would come again at once.
    async fn bury(&self, letter: DeadLetter, receipt: Receipt) {
        let Self { server, publisher, queue, unreadable, .. } = self;
        let reason = letter.reason;
        let buried = tokio::time::timeout(server.timeout, publisher.bury(letter)).await;
        if let Ok(true) = buried {
            receipt.ack();
            metrics::counter!("hints_dead_lettered_total", "queue" => queue.clone()).increment(1);
            tracing::debug!(queue, %reason, "a message is put aside, in the dead-letter queue");
            // Never over: between them there are good ones, and beginning anew floods as well.
            unreadable.happens(&format_args!("{queue}: {reason}"));
        } else {
            tracing::debug!(queue, %reason, "a message cannot be put aside now");
            tokio::time::sleep(server.timeout).await;
        }
    }
}
