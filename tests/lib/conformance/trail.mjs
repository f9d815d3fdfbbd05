// SPDX-License-Identifier: Apache-2.0

/** ActionTrail: the look-ups themselves are what there is to be found. */

import { from } from "./step.mjs";

const WIRE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const condition = (Key, Value) => ({ Key, Value });
const LOOKS = condition("EventName", "LookupEvents");
const names = (events) => (events ?? []).map(({ eventName }) => eventName);
const empty = (events) => (events ?? []).length === 0;

/** @type {import("./step.mjs").Step[]} */
export const EVENTS = [
  {
    action: "LookupEvents",
    is: "before anything was done",
    as: "first",
    answer: { Events: empty, StartTime: WIRE_TIME, EndTime: WIRE_TIME },
  },
  {
    action: "LookupEvents",
    is: "that finds the one before, in ActionTrail's words",
    params: { LookupAttribute: [LOOKS], Direction: "BACKWARD", MaxResults: "50" },
    answer: {
      "Events.length": 1,
      "Events.0.eventName": "LookupEvents",
      "Events.0.eventRW": "Read",
      "Events.0.eventType": "ApiCall",
      "Events.0.eventTime": WIRE_TIME,
      "Events.0.eventSource": /^actiontrail\.[a-z0-9-]+\.aliyuncs\.com$/,
      "Events.0.serviceName": "Actiontrail",
      "Events.0.apiVersion": "2020-07-06",
      "Events.0.userIdentity.type": "root-account",
      "Events.0.userIdentity.userName": "root",
      NextToken: (token) => !token,
    },
  },
  {
    action: "LookupEvents",
    is: "a page of one, the latest first",
    as: "page",
    params: { MaxResults: "1" },
    answer: { "Events.length": 1, NextToken: (token) => token.length > 0 },
  },
  {
    action: "LookupEvents",
    is: "the page after it",
    params: { MaxResults: "1", NextToken: from("page.NextToken") },
    answer: {
      "Events.0.eventId": (id, got) => id !== got.page.Events[0].eventId,
      EndTime: from("page.EndTime"),
    },
  },
  {
    action: "LookupEvents",
    is: "the page after it, in another direction",
    params: { MaxResults: "1", NextToken: from("page.NextToken"), Direction: "FORWARD" },
    refused: "InvalidParameter",
  },
  {
    action: "LookupEvents",
    is: "from the beginning on",
    params: { Direction: "FORWARD" },
    answer: { Events: (events) => names(events).length === 5 && "errorCode" in events[4] },
  },
  {
    action: "LookupEvents",
    is: "by the access key that called, which none did",
    params: { LookupAttribute: [condition("EventAccessKeyId", "nobody")] },
    answer: { Events: empty },
  },
  {
    action: "LookupEvents",
    is: "of a day long ago",
    params: { StartTime: "2020-01-01T00:00:00Z", EndTime: "2020-01-02T00:00:00Z" },
    answer: { Events: empty, StartTime: "2020-01-01T00:00:00Z", EndTime: "2020-01-02T00:00:00Z" },
  },
  {
    action: "LookupEvents",
    is: "with an end before its beginning",
    params: { StartTime: "2020-01-02T00:00:00Z", EndTime: "2020-01-01T00:00:00Z" },
    refused: "InvalidParameter",
  },
  {
    action: "LookupEvents",
    is: "by two attributes at once",
    params: { LookupAttribute: [LOOKS, condition("User", "root")] },
    refused: "InvalidParameter",
  },
  {
    action: "LookupEvents",
    is: "by an attribute that there is not",
    params: { LookupAttribute: [condition("Colour", "red")] },
    refused: "InvalidParameter",
  },
  { action: "LookupEvents", is: "more than a page may have", params: { MaxResults: "51" }, refused: "InvalidParameter" },
];
